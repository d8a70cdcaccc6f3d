# The journal: who did what, in sentences.
journal-title = Who has seen
journal-lead = Everything that happened in your space: who looked, deposited, changed, and what was refused.
    .theirs = Everything that happened in this space: who looked, deposited, changed, and what was refused.
journal-export = Download the journal (CSV)
journal-empty = Nothing in the journal for now
journal-empty-text = Every access to your space will be noted here.
    .theirs = Every access to this space will be noted here.
journal-none-found = Nothing matches
journal-none-found-text = Remove a filter to see the rest of the journal.
journal-all = See the whole journal
journal-filter-who = Who
journal-by-others = Others
journal-by-me = Me
journal-filter-what = What
journal-about-looks = Looks
journal-about-documents = Documents deposited and removed
journal-about-refusals = Refusals
journal-about-account = Account and permissions
journal-you = You
journal-operator = The team that runs the service
journal-app = The app { $app } ({ $organization })
journal-system = The service
journal-nobody = Somebody
journal-between = between { $from } and { $to }
journal-reason = Reason given: { $reason }
journal-why-no-consent = Refused: you have not allowed this professional.
    .theirs = Refused: this professional was not allowed.
journal-why-traits-mismatch = Refused: the identity written in the document was not yours.
    .theirs = Refused: the identity written in the document was not the person’s.
journal-why-duplicate-unique-id = Refused: another document already had this number.
journal-why-replaced-not-yours = Refused: only the author of a document can replace it.
journal-why-replaced-not-current = Refused: the document to be replaced had already been.
journal-why-replaced-unknown = Refused: the document to be replaced does not exist.
journal-why-idempotency-key-reused = Refused: an error of the software that sent the document.
journal-why-space-closed = Refused: your space is closed.
    .theirs = Refused: this space is closed.
journal-why-not-permitted = Refused: this action is not permitted.
journal-why-other = Refused.
journal-csv-rank = Rank
journal-csv-date = Date
journal-csv-time = Time
journal-csv-who = Who
journal-csv-structure = Structure
journal-csv-rpps = RPPS
journal-csv-sentence = Action
journal-csv-type = Type of document
journal-csv-document = Document
journal-csv-outcome = Outcome
journal-csv-reason = Reason
journal-csv-right = By what right
journal-csv-done = Done
journal-opened = { $person ->
    [you] Your space was opened
   *[other] { $who } opened your space
}
    .theirs = { $person ->
        [you] You opened the space
       *[other] { $who } opened the space
    }
journal-closed = { $person ->
    [you] You closed your space
   *[other] { $who } closed your space
}
    .theirs = { $person ->
        [you] You closed the space
       *[other] { $who } closed the space
    }
journal-reopened = { $person ->
    [you] You reopened your space
   *[other] { $who } reopened your space
}
    .theirs = { $person ->
        [you] You reopened the space
       *[other] { $who } reopened the space
    }
journal-identity-updated = { $person ->
    [you] You changed your contact details
   *[other] { $who } updated your identity or contact details
}
    .theirs = { $person ->
        [you] You changed the contact details
       *[other] { $who } updated the identity or contact details
    }
journal-activated = { $person ->
    [you] You activated your space
   *[other] { $who } activated your space
}
    .theirs = { $person ->
        [you] You activated the space
       *[other] { $who } activated the space
    }
journal-signed-in = { $person ->
    [you] { $how ->
        [outside] You signed in with { $whom }
        [recovery-code] You signed in with a recovery code
        [confirmed] You showed your passkey again
       *[other] You signed in
    } { $count ->
        [one] { "" }
       *[other] { $count } times
    }
   *[other] { $how ->
        [outside] { $who } signed in with { $whom }
        [recovery-code] { $who } signed in with a recovery code
       *[other] { $who } signed in
    }
}
journal-sign-in-refused = { $person ->
    [you] { $count ->
        [one] A sign-in to your space was refused
       *[other] { $count } sign-ins to your space were refused
    }
   *[other] { $count ->
        [one] A sign-in to your space was refused
       *[other] { $count } sign-ins to your space were refused
    }
}
    .theirs = { $count ->
        [one] A sign-in to this space was refused
       *[other] { $count } sign-ins to this space were refused
    }
journal-signed-out = { $person ->
    [you] You signed out
   *[other] { $how ->
        [outside] The session was ended, because the one with { $whom } has ended
        [service] The service ended the session
       *[other] { $who } signed out
    }
}
journal-passkey-added = { $person ->
    [you] You added a passkey
   *[other] { $who } added a passkey
}
journal-passkey-removed = { $person ->
    [you] You removed a passkey
   *[other] { $who } removed a passkey
}
journal-recovery-codes-made = { $person ->
    [you] You made recovery codes
   *[other] { $who } made recovery codes
}
journal-way-in-closed = { $person ->
    [you] You closed { $whom }: nobody comes into your space that way any more
   *[other] { $who } closed { $whom }: nobody comes into the space that way any more
}
journal-way-in-opened = { $person ->
    [you] You opened { $whom } again for signing in
   *[other] { $who } opened { $whom } again for signing in
}
journal-deposited = { $person ->
    [you] You added { $count ->
        [one] a document
       *[other] { $count } documents
    }
   *[other] { $who } deposited { $count ->
        [one] a document
       *[other] { $count } documents
    }
}
journal-withdrawn = { $person ->
    [you] You removed a document
   *[other] { $who } removed a document
}
journal-amended = { $person ->
    [you] You changed a document
   *[other] { $who } changed a document
}
journal-deposit-refused = { $person ->
    [you] { $count ->
        [one] A document you wanted to add was refused
       *[other] { $count } documents you wanted to add were refused
    }
   *[other] { $who } wanted to deposit { $count ->
        [one] a document: refused
       *[other] { $count } documents: refused
    }
}
journal-allowed = { $person ->
    [you] You allowed { $whom } to look at your space
   *[other] { $who } allowed { $whom } to look at your space
}
    .theirs = { $person ->
        [you] You allowed { $whom } to look at the space
       *[other] { $who } allowed { $whom } to look at the space
    }
journal-presence = { $person ->
    [you] You agreed in the presence of a professional
   *[other] { $who } declared that you agreed, in person, to let this professional look at your space
}
    .theirs = { $person ->
        [you] You agreed in the presence of a professional
       *[other] { $who } declared that the person agreed, in their presence, to let them look at the space
    }
journal-code-typed = { $person ->
    [you] You typed a code
   *[other] { $who } typed a code that you gave them, and may look at your space
}
    .theirs = { $person ->
        [you] You typed a code
       *[other] { $who } typed a code of this space, and may look at it
    }
journal-disallowed = { $person ->
    [you] You took back the permission of { $whom }
   *[other] { $who } took back the permission of { $whom }
}
journal-sharing-read = { $person ->
    [you] You looked at who may see your space { $count ->
        [one] { "" }
       *[other] { $count } times
    }
   *[other] { $who } looked at who may see your space { $count ->
        [one] { "" }
       *[other] { $count } times
    }
}
    .theirs = { $person ->
        [you] You looked at who may see the space { $count ->
            [one] { "" }
           *[other] { $count } times
        }
       *[other] { $who } looked at who may see the space { $count ->
            [one] { "" }
           *[other] { $count } times
        }
    }
journal-list-read = { $person ->
    [you] You looked at the list of your documents { $count ->
        [one] { "" }
       *[other] { $count } times
    }
   *[other] { $who } looked at the list of your documents { $count ->
        [one] { "" }
       *[other] { $count } times
    }
}
    .theirs = { $person ->
        [you] You looked at the list of documents { $count ->
            [one] { "" }
           *[other] { $count } times
        }
       *[other] { $who } looked at the list of documents { $count ->
            [one] { "" }
           *[other] { $count } times
        }
    }
journal-document-read = { $person ->
    [you] You read { $count ->
        [one] a document
       *[other] { $count } documents
    }
   *[other] { $who } read { $count ->
        [one] a document
       *[other] { $count } documents
    }
}
journal-looked-up = { $who } looked whether you have a space { $count ->
    [one] { "" }
   *[other] ({ $count } times)
}
    .theirs = { $who } looked whether this space exists { $count ->
        [one] { "" }
       *[other] ({ $count } times)
    }
journal-searched = { $person ->
    [you] You searched your documents { $count ->
        [one] { "" }
       *[other] { $count } times
    }
   *[other] { $who } searched your documents { $count ->
        [one] { "" }
       *[other] { $count } times
    }
}
    .theirs = { $person ->
        [you] You searched the documents { $count ->
            [one] { "" }
           *[other] { $count } times
        }
       *[other] { $who } searched the documents { $count ->
            [one] { "" }
           *[other] { $count } times
        }
    }
journal-journal-read = { $person ->
    [you] You looked at this journal { $count ->
        [one] { "" }
       *[other] { $count } times
    }
   *[other] { $who } looked at this journal
}
journal-exported = { $person ->
    [you] You exported data of your space
   *[other] { $who } exported data of your space
}
    .theirs = { $person ->
        [you] You exported data of the space
       *[other] { $who } exported data of the space
    }
journal-profile-read = { $person ->
    [you] You looked at your profile
   *[other] { $who } looked at your profile
}
    .theirs = { $person ->
        [you] You looked at the profile
       *[other] { $who } looked at the profile
    }
journal-downloaded = { $person ->
    [you] You downloaded { $count ->
        [one] a document
       *[other] { $count } documents
    }
   *[other] { $who } downloaded { $count ->
        [one] a document
       *[other] { $count } documents
    }
}
journal-refused = { $person ->
    [you] { $count ->
        [one] Something you asked for was refused
       *[other] { $count } things you asked for were refused
    }
   *[other] { $who } { $how ->
        [depositDocument] tried to file a document
       *[other] tried to access your space
    } { $count ->
        [one] (refused)
       *[other] { $count } times (refused)
    }
}
    .theirs = { $person ->
        [you] { $count ->
            [one] Something you asked for was refused
           *[other] { $count } things you asked for were refused
        }
       *[other] { $who } { $how ->
            [depositDocument] tried to file a document
           *[other] tried to access the space
        } { $count ->
            [one] (refused)
           *[other] { $count } times (refused)
        }
    }
journal-indexed = { $person ->
    [you] You prepared the search in { $count ->
        [one] a document
       *[other] { $count } documents
    }
   *[other] { $who } prepared the search in { $count ->
        [one] a document
       *[other] { $count } documents
    }; nobody read it
}
journal-delegation-offered = { $person ->
    [you] You asked { $whom } to act for you
   *[other] { $who } asked { $whom } to act for you
}
    .theirs = { $person ->
        [you] You asked { $whom } to act in this space
       *[other] { $who } asked { $whom } to act in this space
    }
journal-delegation-accepted = { $person ->
    [you] You agreed to act for { $whom }
   *[other] { $who } agreed to act for you
}
    .theirs = { $person ->
        [you] You agreed to act in this space
       *[other] { $who } agreed to act in this space
    }
journal-delegation-renewed = { $person ->
    [you] You extended the access of { $whom }, who acts for you
   *[other] { $who } extended the access of { $whom }, who acts for you
}
    .theirs = { $person ->
        [you] You extended the access of { $whom } to this space
       *[other] { $who } extended the access of { $whom } to this space
    }
journal-delegation-ended = { $person ->
    [you] You ended the help between you and { $whom }
   *[other] { $who } ended the help of { $whom }
}
journal-guardian-began = { $person ->
    [you] You recorded { $whom } as guardian
   *[other] { $who } recorded { $whom } as your guardian, by a court’s decision
}
    .theirs = { $person ->
        [you] You recorded { $whom } as guardian
       *[other] { $who } recorded { $whom } as guardian, by a court’s decision
    }
journal-guardian-ended = { $person ->
    [you] You ended the guardianship of { $whom }
   *[other] { $who } recorded the end of the guardianship of { $whom }
}
journal-kept-secret = { $person ->
    [you] You keep a document secret from those who act for you
   *[other] { $who } keeps a document secret
}
journal-secret-lifted = { $person ->
    [you] You no longer keep a document secret
   *[other] { $who } no longer keeps a document secret
}
journal-acting-began = { $person ->
    [you] { $whom ->
        [none] You opened this space
       *[other] You opened the space of { $whom }, for whom you act
    }
   *[other] { $who } opened your space
}
    .theirs = { $person ->
        [you] { $whom ->
            [none] You opened this space
           *[other] You opened the space of { $whom }, for whom you act
        }
       *[other] { $who } opened the space
    }
journal-assisted-at-desk = { $person ->
    [you] You were helped at a desk
   *[other] { $who } helped you at a desk, in your presence
}
    .theirs = { $person ->
        [you] You were helped at a desk
       *[other] { $who } helped the person at a desk, in their presence
    }
journal-invitation-taken = { $person ->
    [you] You entered the code of an invitation
   *[other] { $who } entered the code of your invitation
}
    .theirs = { $person ->
        [you] You entered the code of an invitation
       *[other] { $who } entered the code of an invitation
    }
journal-decided = { $person ->
    [you] You changed who may see what in your space
   *[other] { $who } changed who may see what in your space
}
    .theirs = { $person ->
        [you] You changed who may see what in this space
       *[other] { $who } changed who may see what in this space
    }
journal-glass-broken = { $who } opened your space in an emergency
    .theirs = { $who } opened this space in an emergency
journal-call-answered = { $who } opened your space for a call to the emergency centre
    .theirs = { $who } opened this space for a call to the emergency centre
journal-secret-began = { $who } opened your space in a secret connection, as you asked
journal-secret-ended = { $who } left the secret connection
journal-announced = { $who } told you of a result, which you may now read
    .theirs = { $who } told of a result, which may now be read
journal-guardians-read = { $person ->
    [you] You looked at the guardianships on record
   *[other] { $who } looked at the guardianships on record for you
}
    .theirs = { $person ->
        [you] You looked at the guardianships on record
       *[other] { $who } looked at the guardianships on record for the person
    }
journal-acting-for = { $who } for you,
journal-acting-for-other = { $who } for { $name },
journal-acting-as = { $name }, { $link },
journal-link-MTH = your mother
journal-link-FTH = your father
journal-link-TUTEUR = your guardian
journal-link-partner = your partner
journal-link-child = your child
journal-link-parent = your parent
journal-link-relative = your relative
journal-link-trusted = your trusted person
journal-link-carer = your carer
journal-link-other = who helps you
journal-you-for = { $sentence }, for { $name }
journal-why-acting-over = This person could no longer act for you.
    .theirs = This person could no longer act in this space.
journal-why-acting-limited = You had not given them this right.
    .theirs = They had not been given this right.
journal-permission-kept = { $person ->
    [you] You keep { $whom } secret from those who act for you
   *[other] { $who } keeps a professional secret
}
journal-permission-shown = { $person ->
    [you] You no longer keep { $whom } secret
   *[other] { $who } no longer keeps a professional secret
}
journal-reported-when = Reported to the team { $when }
