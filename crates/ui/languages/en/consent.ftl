consent-title = Who can see your space
    .theirs = Who can see this space
consent-lead = You decide here who can read your space. A professional you have not allowed gets in only in an emergency, or if somebody calls the emergency number 15 for you, and you can refuse that.
    .theirs = You decide here, for { $name }, who can read their space. A professional whom nobody has allowed gets in only in an emergency, or for a call to the emergency number 15, and you can refuse that.
consent-done = Done. Your choice is saved.
consent-cancel = Cancel
consent-about = { $name }
consent-see-effect = See what this changes
consent-allowed = Allowed professionals
consent-nobody = You have not allowed anybody
    .theirs = Nobody is allowed
consent-nobody-text = No professional is allowed by name. You can allow one below.
consent-inside = { $name } can read { $hers ->
    [yes] your documents
   *[no] the documents of { $of }
} at the moment
consent-inside-emergency = Emergency access. It ends { $when }.
consent-inside-call-centre = Access for a call to the emergency number 15. It ends { $when }.
consent-inside-reason = Their reason: “{ $reason }”
consent-inside-what = { $hers ->
    [yes] You did not have to allow it: the law permits this when your life may be in danger. You can end this access at once.
   *[no] The law permits this access without permission when a life may be in danger. You can end it at once.
}
consent-inside-journal = See what was read
consent-given-web = Allowed by you, { $when }
    .theirs = Allowed in the space, { $when }
consent-given-presence = Recorded that you agreed in their presence, { $when }
    .theirs = Recorded that the person agreed in their presence, { $when }
consent-given-code = Came in with your code, { $when }
    .theirs = Came in with a code of this space, { $when }
consent-until = Until: { $when }
consent-suspended = Has no access at the moment
consent-closed = You chose “nobody”: these professionals have no access as long as you keep that choice, except with a code.
    .theirs = The choice is “nobody”: these professionals have no access as long as it is kept, except with a code.
consent-disallow = Withdraw access
consent-add = Allow a professional
consent-add-why = They can read your documents until you withdraw their access. Every reading appears in your journal.
    .theirs = They can read the documents of this space until their access is withdrawn. Every reading appears in the journal.
consent-search-label = Professional’s name or RPPS number
consent-found = { $count ->
    [one] One professional found
   *[other] { $count } professionals found
}
consent-found-many = There may be more: make the name more precise or give the RPPS number.
consent-none-found = No professional found for “{ $query }”
consent-none-found-text = Check the spelling of the name, or ask the professional for their RPPS number: it has eleven digits.
consent-already = Already allowed
consent-is-blocked = Blocked
consent-allow = Allow
consent-always = Good to know
consent-always-author = A professional or a laboratory can add a document to your space. They can read back what they sent, nothing else.
    .theirs = A professional or a laboratory can add a document to this space. They can read back what they sent, nothing else.
consent-always-journal = A professional you have not allowed who tries to get in is refused, and the attempt is written in your journal.
    .theirs = A professional who is not allowed and tries to get in is refused, and the attempt is written in the journal.
consent-always-never = Your employer, your bank and your insurance company never have access to your space.
    .theirs = An employer, a bank or an insurance company never has access to this space.

consent-more = All your choices
    .theirs = All the choices
consent-way-code = { $count ->
    [0] For a visit, from a few minutes to a month
    [one] One code can be used at the moment
   *[other] { $count } codes can be used at the moment
}
consent-way-team = { $count ->
    [0] A hospital, a clinic, a health centre
    [one] One team is allowed
   *[other] { $count } teams are allowed
}
consent-way-treating-none = You have not named one
    .theirs = Not named yet
consent-way-blocked = { $count ->
    [0] You have blocked nobody
    [one] You have blocked one professional
   *[other] You have blocked { $count } professionals
}
    .theirs = { $count ->
        [0] Nobody is blocked
        [one] One professional is blocked
       *[other] { $count } professionals are blocked
    }
consent-way-hidden = { $count ->
    [0] You hide nothing
    [one] One thing is hidden
   *[other] { $count } things are hidden
}
    .theirs = { $count ->
        [0] Nothing is hidden
        [one] One thing is hidden
       *[other] { $count } things are hidden
    }
consent-way-emergency-both = Access is possible if your life is in danger
    .theirs = Access is possible if the person’s life is in danger
consent-way-emergency-one = You have refused one of the two emergency accesses
    .theirs = One of the two emergency accesses is refused
consent-way-emergency-none = You have refused any access in an emergency
    .theirs = Any access in an emergency is refused
consent-way-preview = For example, what your dentist would see
    .theirs = For example, what a dentist would see
consent-way-senders = { $count ->
    [0] No longer receive documents from an establishment
    [one] One establishment can no longer send anything
   *[other] { $count } establishments can no longer send anything
}

consent-general = Your general choice
    .theirs = The general choice
consent-question = Who can see your documents?
    .theirs = Who can see the documents of this space?
consent-question-text = We ask you this only once. As long as you have not answered, a professional gets in only if you have allowed them, except in an emergency or for a call to the emergency number 15. You can refuse both.
    .theirs = We ask this only once. As long as nobody has answered, a professional gets in only if they are allowed, except in an emergency or for a call to the emergency number 15. You can refuse both.
consent-question-answer = Answer
consent-general-lead = Choose what you are comfortable with. You can change your mind whenever you like.
consent-general-label = Your choice
    .theirs = The choice
consent-general-later = Whatever you choose, you can block a professional, hide a document, or give somebody a code for a visit.
consent-mode-unasked = You have not answered yet
    .theirs = Not answered yet
consent-mode-team = My care team
    .theirs = Their care team
consent-mode-team-hint = Those you allow, and their colleagues of the same place who care for you. They come in without asking you again. Every reading is in your journal.
    .theirs = Those who are allowed, and their colleagues of the same place who care for the person. They come in without asking again. Every reading is in the journal.
consent-mode-ask = Ask me each time
    .theirs = Ask each time
consent-mode-ask-hint = Only those you allow one by one. A professional you see can ask for your agreement: it holds for that visit.
    .theirs = Only those allowed one by one. A professional on a visit can ask for the person’s agreement: it holds for that visit.
consent-mode-nobody = Nobody
consent-mode-nobody-hint = No professional gets in, not even those you had allowed. Only a code that you give opens your space.
    .theirs = No professional gets in, not even those who were allowed. Only a code given from this space opens it.

consent-team = Allow a whole team
consent-team-lead = All the professionals who care for you in one place will be able to read your documents, according to their profession.
    .theirs = All the professionals who care for the person in one place will be able to read their documents, according to their profession.
consent-team-add = Look for a place
consent-team-search = Name of the place, town or FINESS number
consent-team-found = { $count ->
    [one] One place found
   *[other] { $count } places found
}
consent-team-many = There may be more: make the name or the town more precise.
consent-team-none = No place found for “{ $query }”
consent-team-none-text = Check the spelling, or ask the place for its FINESS number.
consent-team-allow = Allow the team
consent-team-already = Team already allowed
consent-team-since = Allowed by you, { $when }
    .theirs = Allowed { $when }
consent-teams-allowed = Allowed teams

consent-treating = Treating doctor
consent-treating-lead = Your treating doctor sees everything, even the documents you hide from others. The law says so, so that you are well cared for.
    .theirs = The treating doctor sees everything, even the documents hidden from others. The law says so, so that the person is well cared for.
consent-treating-now = Your treating doctor
    .theirs = The treating doctor
consent-treating-none = You have not named a treating doctor.
    .theirs = No treating doctor is named.
consent-treating-since = Named by you, { $when }
    .theirs = Named { $when }
consent-treating-is = Your treating doctor
    .theirs = Treating doctor
consent-treating-no-doctor = Not a doctor
consent-treating-add = Choose a doctor
consent-treating-name = Choose as treating doctor
consent-treating-end = This is no longer my treating doctor
    .theirs = No longer the treating doctor

consent-blocked = Blocked professionals
consent-blocked-lead = A blocked professional never reads your space, not even in an emergency. They are not told.
    .theirs = A blocked professional never reads this space, not even in an emergency. They are not told.
consent-blocked-now = Those you have blocked
    .theirs = Those who are blocked
consent-blocked-nobody = You have blocked nobody.
    .theirs = Nobody is blocked.
consent-blocked-since = Blocked by you, { $when }
    .theirs = Blocked { $when }
consent-blocked-met = Those who have already come
consent-blocked-add = Block somebody else
consent-block = Block
consent-block-her = Block this person
consent-unblock = Unblock

consent-emergency = In an emergency
consent-emergency-lead = If your life is in danger and you cannot speak, somebody who cares for you can open your space. You are told at once, with their reason. You can refuse this.
    .theirs = If the person’s life is in danger and they cannot speak, somebody who cares for them can open their space. It is written in the journal at once, with the reason. You can refuse this.
consent-emergency-title = The doctor who treats you in an emergency
    .theirs = The doctor who treats the person in an emergency
consent-emergency-text = They must write down why. Their access lasts a short time. What you hide stays hidden.
    .theirs = They must write down why. Their access lasts a short time. What is hidden stays hidden.
consent-emergency-accepted = Today: they can get in.
consent-emergency-refused = Today: you have refused. They will not be able to get in.
    .theirs = Today: refused. They will not be able to get in.
consent-emergency-refuse = Refuse this access
consent-emergency-accept = Permit this access
consent-call-centre-title = The doctor at the emergency call centre (15)
consent-call-centre-text = When somebody calls 15 for you, the doctor who answers can look at your allergies and medicines before sending help.
    .theirs = When somebody calls 15 for this person, the doctor who answers can look at their allergies and medicines before sending help.
consent-call-centre-accepted = Today: they can get in.
consent-call-centre-refused = Today: you have refused. They will not be able to get in.
    .theirs = Today: refused. They will not be able to get in.
consent-call-centre-refuse = Refuse this access
consent-call-centre-accept = Permit this access
consent-emergency-blocked = A professional you have blocked never gets in, not even in an emergency.
    .theirs = A blocked professional never gets in, not even in an emergency.

consent-senders = Refuse what a place sends
consent-senders-lead = Those who care for you have the right to add documents to your space. You can object to one place, if you have a serious reason.
    .theirs = Those who care for the person have the right to add documents to this space. You can object to one place, if there is a serious reason.
consent-senders-now = Places you refuse
    .theirs = Places that are refused
consent-senders-since = Refused by you, { $when }
    .theirs = Refused { $when }
consent-senders-because = Your reason: { $motive }
    .theirs = Reason: { $motive }
consent-senders-accept = Accept again
consent-senders-add = Refuse a place
consent-senders-none = No other place has sent you a document.
    .theirs = No other place has sent a document.
consent-senders-who = Place
consent-senders-motive = Your reason
    .theirs = The reason
consent-senders-motive-hint = The law asks for a reason. For example: “I have never been treated in this clinic”.

consent-code = Give a code for a visit
consent-code-lead = A professional who types or scans your code can read your documents for the time you choose. After that, the access ends by itself.
    .theirs = A professional who types or scans the code can read the documents of this space for the time you choose. After that, the access ends by itself.
consent-code-add = Make a code
consent-code-minutes = How long may they read?
consent-code-uses = How many professionals may use it?
consent-code-uses-n = { $count ->
    [one] One professional only
   *[other] { $count } professionals
}
consent-code-make = Make the code
consent-code-live = Codes that can be used
consent-code-made = Code made { $when }
consent-code-reads = Lets them read for { $time }
consent-code-until = Can be typed until: { $when }
consent-code-used = Used { $used } of { $uses } times
consent-code-end = End this code
consent-code-yours = Your code
    .theirs = The code of this space
consent-code-yours-lead = Show this page to the professional, or read the code out.
consent-code-type = They can type it here: { $address }
consent-code-qr = Picture of the code, for the professional to scan. It holds the same as the code written above.
consent-code-scan = Or they scan this picture with their device.
consent-code-once = This code is shown only once
consent-code-once-text = Write it down or print this page now. If you lose it, end it and make another.
consent-code-back = Back to your choices
    .theirs = Back to the choices
consent-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
}
consent-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
}
consent-days = { $count ->
    [one] one day
   *[other] { $count } days
}

consent-do-allow = Allow { $name }
consent-do-allow-what = This professional will be able to read your documents, according to their profession, until you withdraw their access.
    .theirs = This professional will be able to read the documents of this space, according to their profession, until their access is withdrawn.
consent-do-disallow = Withdraw the access of { $name }
consent-do-disallow-what = This professional is no longer allowed by you. What they have read stays written in your journal.
    .theirs = This professional is no longer allowed. What they have read stays written in the journal.
consent-do-block = Block { $name }
consent-do-block-what = This professional will never read your space again, not even in an emergency, not even with a code. They are not told.
    .theirs = This professional will never read this space again, not even in an emergency, not even with a code. They are not told.
consent-do-unblock = Unblock { $name }
consent-do-unblock-what = This professional is no longer blocked. That does not give them access back: you decide whether to allow them again.
    .theirs = This professional is no longer blocked. That does not give them access back: they have to be allowed again.
consent-do-treating = Choose { $name } as treating doctor
consent-do-treating-what = Your treating doctor sees all your documents, even those you hide from others.
    .theirs = The treating doctor sees all the documents of this space, even those hidden from others.
consent-do-treating-end = No longer have { $name } as treating doctor
consent-do-treating-end-what = This doctor loses that role, and no longer sees the documents you hide.
    .theirs = This doctor loses that role, and no longer sees the hidden documents.
consent-do-team = Allow the team of { $name }
consent-do-team-what = All the professionals who work there will be able to read your documents, according to their profession.
    .theirs = All the professionals who work there will be able to read the documents of this space, according to their profession.
consent-do-team-end = Withdraw the access of the team of { $name }
consent-do-team-end-what = Those who work there are no longer allowed, unless you have allowed them by name.
    .theirs = Those who work there are no longer allowed, unless they are allowed by name.
consent-do-mode-team = Share with my care team
    .theirs = Share with their care team
consent-do-mode-team-what = Those you allow, and their colleagues of the same place, can read your documents, according to their profession.
    .theirs = Those who are allowed, and their colleagues of the same place, can read the documents of this space, according to their profession.
consent-do-mode-ask = Ask me each time
    .theirs = Ask each time
consent-do-mode-ask-what = Only those you allow one by one can read your documents.
    .theirs = Only those allowed one by one can read the documents of this space.
consent-do-mode-nobody = Share with nobody
consent-do-mode-nobody-what = No professional gets in, not even your treating doctor, except with a code that you give. Access in an emergency is a choice of its own.
    .theirs = No professional gets in, not even the treating doctor, except with a code given from this space. Access in an emergency is a choice of its own.
consent-do-emergency-refuse = Refuse access in an emergency
consent-do-emergency-refuse-what = If your life is in danger and you cannot speak, those who care for you will not see your allergies, your medicines or your illnesses.
    .theirs = If the person’s life is in danger and they cannot speak, those who care for them will not see their allergies, their medicines or their illnesses.
consent-do-emergency-accept = Permit access in an emergency
consent-do-emergency-accept-what = If your life is in danger and you cannot speak, somebody who cares for you can get in by writing down why. You will be told at once.
    .theirs = If the person’s life is in danger and they cannot speak, somebody who cares for them can get in by writing down why. It will be written in the journal at once.
consent-do-call-centre-refuse = Refuse access to the doctor at the call centre
consent-do-call-centre-refuse-what = When somebody calls 15 for you, the doctor who answers will see neither your allergies nor your medicines.
    .theirs = When somebody calls 15 for this person, the doctor who answers will see neither their allergies nor their medicines.
consent-do-call-centre-accept = Permit access to the doctor at the call centre
consent-do-call-centre-accept-what = When somebody calls 15 for you, the doctor who answers can look at your space. You will see it in your journal.
    .theirs = When somebody calls 15 for this person, the doctor who answers can look at their space. It will be written in the journal.
consent-do-sender = Refuse what { $name } sends
consent-do-sender-what = This place can no longer add anything to your space. Documents already received stay. Those who care for you may miss a useful result.
    .theirs = This place can no longer add anything to this space. Documents already received stay. Those who care for the person may miss a useful result.
consent-do-sender-end = Accept again what { $name } sends
consent-do-sender-end-what = This place can add documents to your space again.
    .theirs = This place can add documents to this space again.
consent-do-documents-hide = { $hide ->
    [one] Hide this document
   *[other] Hide { $hide } documents
}
consent-do-documents-hide-what = Professionals will not know that it exists, not even in an emergency. Its other versions and its copies, those to come too, are hidden with it. Whoever wrote it, if they have access to your space, and your treating doctor still see it: the law says so.
    .theirs = Professionals will not know that it exists, not even in an emergency. Its other versions and its copies, those to come too, are hidden with it. Whoever wrote it, if they have access to this space, and the treating doctor still see it: the law says so.
consent-do-documents-show = { $show ->
    [one] Show this document again
   *[other] Show { $show } documents again
}
consent-do-documents-show-what = The allowed professionals will see it, according to their profession. Its other versions and copies that are there are shown with it.
consent-do-documents = Change what is hidden
consent-do-documents-what = Documents to hide: { $hide }. Documents to show again: { $show }. Their other versions and copies go along. Whoever wrote a hidden document, if they have access to your space, and your treating doctor still see it.
    .theirs = Documents to hide: { $hide }. Documents to show again: { $show }. Their other versions and copies go along. Whoever wrote a hidden document, if they have access to this space, and the treating doctor still see it.
consent-do-family = Hide all documents “{ $name }”
consent-do-family-what = Those that are there and those to come. Whoever wrote them, if they have access to your space, and your treating doctor still see them.
    .theirs = Those that are there and those to come. Whoever wrote them, if they have access to this space, and the treating doctor still see them.
consent-do-family-end = Show the documents “{ $name }” again
consent-do-family-end-what = The allowed professionals will see them, according to their profession, except those you hide one by one.
    .theirs = The professionals who are allowed will see them, according to their profession, except those hidden one by one.
consent-do-episode = Hide “{ $name }”
consent-do-episode-what = All documents of those days are hidden, also those to come. Whoever wrote them, if they have access to your space, and your treating doctor still see them.
    .theirs = All documents of those days are hidden, also those to come. Whoever wrote them, if they have access to this space, and the treating doctor still see them.
consent-do-episode-end = Show “{ $name }” again
consent-do-episode-end-what = The allowed professionals will see these documents, according to their profession, except those you hide one by one.
    .theirs = The professionals who are allowed will see these documents, according to their profession, except those hidden one by one.
consent-do-loan-end = End this code
consent-do-loan-end-what = Nobody can type it any more. Those who came in with this code lose their access at once.

consent-effect-title = What this changes
consent-effect-sees = { $after ->
    [0] will see no document
    [one] will see one document
   *[other] will see { $after } documents
} { $before ->
    [0] (today: none)
    [one] (today: one)
   *[other] (today: { $before })
}
consent-effect-same = { $after ->
    [0] sees no document: nothing changes
    [one] sees one document: nothing changes
   *[other] sees { $after } documents: nothing changes
}
consent-effect-none = Today, this changes nothing in what professionals see.
consent-effect-unknown = You cannot read these documents, so we cannot tell you how many each will see.
consent-effect-already = This is so already: there is nothing to change.
consent-effect-of = Of { $count ->
    [one] one document
   *[other] { $count } documents
} that you see yourself.
consent-back = Back

consent-who-emergency = A doctor who treats you in an emergency
    .theirs = A doctor who treats the person in an emergency
consent-who-call-centre = A doctor at the emergency call centre, when somebody calls about you
    .theirs = A doctor at the emergency call centre, when somebody calls about the person
consent-who-team = A doctor of { $place }
consent-who-code = A doctor to whom you give a code
    .theirs = A doctor to whom a code is given
consent-who-any = A professional who is not allowed
consent-who-job = { $name }, { $job }
consent-who-treating = { $name }, your treating doctor
    .theirs = { $name }, treating doctor

consent-hidden = What you hide
    .theirs = What is hidden
consent-hidden-lead = What you hide does not exist for professionals, not even in an emergency. Whoever wrote it, if they have access to your space, and your treating doctor still see it.
    .theirs = What is hidden does not exist for professionals, not even in an emergency. Whoever wrote it, if they have access to this space, and the treating doctor still see it.
consent-hidden-tag = Hidden from professionals
consent-hidden-documents = Hidden documents
consent-hidden-nothing = You hide no document.
    .theirs = No document is hidden.
consent-hidden-choose = Choose the documents to hide
consent-hidden-choose-lead = Tick the documents that professionals must not see. Nothing changes before you have seen the effect.
consent-hidden-choose-none = There is no document to hide.
consent-hidden-more = Show older documents
consent-hidden-families = Hide a whole sort of documents
consent-hidden-families-text = Documents of that sort that come later will be hidden too.
consent-hidden-family = { $name } ({ $count })
consent-hidden-family-hide = Hide
consent-hidden-family-show = Show again
consent-hidden-episodes = Hide a time
consent-hidden-episodes-text = For example, a stay in hospital: all documents of those days are hidden.
consent-hidden-episode-days = From { $from } to { $last }
consent-hidden-episode-place = Only: { $place }
consent-hidden-episode-name = A name, so that you recognise it
consent-hidden-episode-name-hint = For example: “Stay at the clinic”. Nobody else reads it.
consent-hidden-episode-from = First day
consent-hidden-episode-last = Last day
consent-hidden-episode-where = Only documents from
consent-hidden-by-document = Hidden by you
    .theirs = Hidden from this space
consent-hidden-by-family = Hidden: the whole sort “{ $name }”
consent-hidden-by-episode = Hidden: the time “{ $name }”
consent-hidden-by-author = Hidden by whoever sent it
consent-hide = Hide this document from professionals
consent-show = Show this document again
consent-show-anyway = Show this document all the same
consent-document-shown = The allowed professionals can see this document, according to their profession.
consent-document-hidden = Professionals do not know that this document exists. Whoever wrote it, if they have access to your space, and your treating doctor still see it.
    .theirs = Professionals do not know that this document exists. Whoever wrote it, if they have access to this space, and the treating doctor still see it.
consent-document-who = See who, name by name

consent-sight-title = Who could see this document?
consent-sight-lead = Here is, name by name, who can see this document today and who cannot.
consent-sight-you = You
consent-sight-named = Professionals you know
    .theirs = Professionals known in this space
consent-sight-others = Other professionals
consent-sight-acting = Those who can act for you
    .theirs = Those who can act in this space
consent-sight-author = Whoever wrote or sent it
consent-sight-never = Your employer, your bank and your insurance company never see it.
    .theirs = An employer, a bank or an insurance company never sees it.
consent-sight-yes = Sees this document
consent-sight-no = Does not see it
consent-sight-reads-back = Can read it back
consent-sight-no-entry = Does not get into your space.
    .theirs = Does not get into this space.
consent-sight-hidden = It is hidden.
consent-sight-profession = This document is not for their profession.
consent-sight-software = Its software can read back what it sent, nothing else.
consent-sight-change = Change who can see

consent-preview = See as a professional
consent-preview-title = What { $name } would see
consent-preview-lead = Choose a professional or a profession: you will see what they would see, no more and no less.
consent-preview-who = Who?
consent-preview-label = Professional or profession
consent-preview-missing = Choose a professional or a profession from the list.
consent-preview-known = A professional you know
    .theirs = A professional known in this space
consent-preview-profession = A profession, as if you allowed it
    .theirs = A profession, as if you allowed it here
consent-preview-a = An allowed professional: { $job }
consent-preview-one = an allowed professional ({ $job })
consent-preview-submit = Look
consent-preview-closed = This person cannot get into your space today.
    .theirs = This person cannot get into this space today.
consent-preview-if = Here is what they would see if you allowed them.
consent-preview-sees = { $count ->
    [0] Sees no document
    [one] Sees one document
   *[other] Sees { $count } documents
}
consent-preview-not = { $count ->
    [0] Sees all your documents
    [one] Does not see one document
   *[other] Does not see { $count } documents
}
    .theirs = { $count ->
        [0] Sees all the documents of this space
        [one] Does not see one document
       *[other] Does not see { $count } documents
    }
consent-preview-not-hidden = { $count ->
    [one] One is hidden by you or by whoever sent it.
   *[other] { $count } are hidden by you or by those who sent them.
}
    .theirs = { $count ->
        [one] One is hidden, here or by whoever sent it.
       *[other] { $count } are hidden, here or by those who sent them.
    }
consent-preview-not-profession = { $count ->
    [one] One is not for this profession.
   *[other] { $count } are not for this profession.
}
consent-preview-other = Choose somebody else
refusal-many = There are too many of these already. End one first.
refusal-choose = Choose an answer.
consent-filter = Seen by professionals
consent-filter-shown = Visible to allowed professionals
    .theirs = Visible to those who are allowed
consent-filter-hidden = Hidden from professionals
