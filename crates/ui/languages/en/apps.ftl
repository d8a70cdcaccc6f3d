# Connected apps: what an app asks, those that are connected, the catalogue.
apps-title = Connected apps
apps-lead = { $hers ->
    [yes] An app that you connect can read a part of your space, until the day that you choose.
   *[no] A connected app can read a part of the space of { $name }, until the day that you choose.
}
apps-now = Connected at the moment
apps-none = No app is connected
apps-none-text = No app reads this space.
apps-by = Responsible for it: { $organization }
apps-since = Connected since: { $when }
apps-until = Stops by itself: { $when }
apps-reads-all = Reads all documents, except those that no app reads
apps-reads-families = Reads only: { $families }
apps-reads-profile = Also reads who the person is
apps-reads-profile-only = Reads only who the person is
apps-reads-no-documents = Reads no document
apps-gone = This app is no longer in the catalogue: it can no longer read anything.
apps-by-you = Connected by you
apps-by-you-for-her = Connected by you. Also stops on the day that you may no longer decide for this space
apps-by-her = Connected by { $name }, in their own space
apps-by-other = Connected by another person who may decide for this space. Also stops when that right stops
apps-for-her = Connected by somebody who may decide for your space. Also stops when that right stops
apps-disconnect = Disconnect
apps-catalogue = Apps of the catalogue
apps-catalogue-text = These apps were checked before they came into the catalogue. To connect one, open it and choose to link your health space to it. It will bring you here, and you will decide.
    .theirs = These apps were checked before they came into the catalogue. To connect one, open it and choose to link this health space to it. It will bring you here, and you will decide.
apps-catalogue-none = The catalogue is empty for now
apps-catalogue-none-text = Apps that have been checked will appear here.
apps-site = The app’s site
apps-site-about = { $app }
apps-connected = Connected
apps-know = Good to know
apps-know-journal = Each time that an app reads something, it is written in the journal.
apps-know-journal-link = See the journal
apps-know-end = When you disconnect an app, it no longer reads anything, at once. If it is connected twice, disconnect it twice. What it has read already, it may have kept: ask the company that is responsible for it to delete it.
apps-know-never = No app reads what you hide from professionals, what is kept secret, or a result that a professional must tell you first.
    .theirs = No app reads what is hidden from professionals, what is kept secret, or a result that a professional must tell of first.
apps-know-write = A connected app can add nothing, change nothing and delete nothing.

apps-ask-title = { $hers ->
    [yes] { $app } asks to read your space
   *[no] { $app } asks to read the space of { $name }
}
apps-ask-lead = This app will read nothing if you do not want it to.
apps-ask-whose = You are deciding for { $name }
apps-ask-whose-text = It is the space of { $name } that this app will read, not yours. It will also stop on the day that you may no longer decide for { $name }.
apps-ask-minor = Your parents will know
apps-ask-minor-text = Until you are 18, your parents see which apps you connect and what they read. They can disconnect them. What is kept secret is read by no app.
apps-ask-now = This app is already connected
apps-ask-now-text = If you connect it again, what you choose here replaces what follows. If you refuse, nothing changes.
apps-ask-who = Who is asking
apps-ask-organization = Responsible for it
apps-ask-about = What it does
apps-ask-site = Its site
apps-ask-wants = What it asks for
apps-wants-documents = to read documents;
apps-wants-profile = to know who the person is: birth name, name in use, given names, sex, date and place of birth, social security number;
apps-wants-offline = to go on reading when you are not using it, until the day that you choose.
apps-wants-online = to read while you are using it. It will bring you back here each time that it wants to read again.
apps-never = What it will never read
apps-never-hidden = documents hidden from professionals;
apps-never-kept = documents kept secret;
apps-never-announced = a result that a professional must tell first;
apps-never-rest = the journal, your choices, and who acts for whom.
apps-never-write = It can add nothing, change nothing and delete nothing.
apps-ask-choose = What you give it
apps-field-documents = Which documents can it read?
apps-documents-all = All documents
apps-documents-all-hint = Those that are there and those to come, except what it will never read.
apps-documents-families = Only some sorts of documents
apps-documents-families-hint = Tick these sorts in the list that follows.
apps-documents-none = No document
apps-field-family = Sorts of documents
apps-field-family-hint = Tick nothing here if you have chosen “All documents” or “No document”.
apps-field-profile = { $hers ->
    [yes] It can know who I am
   *[no] It can know who { $name } is
}
apps-field-profile-hint = The birth name, the name in use, the given names, the sex, the date and place of birth, the social security number. They are often written in the documents too.
apps-field-days = For how long?
apps-days = { $count ->
    [365] One year
   *[other] { $count } days
}
apps-ask-after = You can disconnect it whenever you want, in “Connected apps”. Each time that it reads something, it will be written in the journal.
apps-ask-kept = What this app has read, it may keep. { $organization } must answer you if you ask what it does with it, and must delete it if you ask for that.
apps-ask-where = After your answer, you go back to the app, at this address:
apps-connect = Connect this app
apps-refuse = Do not connect
apps-onward-title = Your answer is noted
apps-onward-lead = You are going back to { $app }. If nothing happens, press the button.
apps-onward-link = Go back to { $app }
apps-young-title = Ask your parents
apps-young-lead = Before the age of { $age }, it is your parents who connect an app to your space.
apps-young-text = Show them this page. From their own space they open yours, then go back to the app.
apps-young-back = Go to my space

consent-apps = Connected apps
consent-way-apps = { $count ->
    [0] No app reads your space
    [one] One app reads a part of your space
   *[other] { $count } apps read a part of your space
}
    .theirs = { $count ->
        [0] No app reads this space
        [one] One app reads a part of this space
       *[other] { $count } apps read a part of this space
    }
consent-do-app-end = Disconnect { $name }
consent-do-app-end-what = This app will no longer read anything, at once. What it has read already, it may have kept. To connect it again, your agreement will be needed.
consent-do-app-end-one = Disconnect { $name }
consent-do-app-end-one-what = This connection stops at once. But this app is connected to this space more than once: it will still read what another connection lets it read. If it must read nothing any more, disconnect the other one too. What it has read already, it may have kept.
consent-do-app-ended = Disconnect an app
consent-do-app-ended-what = This app is no longer connected in this way. There is nothing to do.
consent-effect-forgets-her = will no longer know who the person is: names, sex, date and place of birth, number
consent-who-app = The app { $app } ({ $organization })
consent-sight-apps = Connected apps
consent-sight-app-not-given = You have not given it this document to read.
    .theirs = It has not been given this document to read.
consent-sight-app-never = No app reads this document: it is hidden, kept secret, or must be told to you first.
    .theirs = No app reads this document: it is hidden, kept secret, or must be told of first.
record-apps = { $count ->
    [one] The app { $names } was connected since your last visit
   *[other] Apps connected since your last visit: { $names }
}
record-apps-text = See what apps read, or disconnect them
journal-app-connected = { $person ->
    [you] You connected the app { $whom }
   *[other] { $who } connected the app { $whom }
}
journal-app-disconnected = { $person ->
    [you] You disconnected the app { $whom }
   *[other] { $who } disconnected the app { $whom }
}
journal-app-see = See the connected apps
journal-why-app-not-granted = Refused: this app was no longer connected, or you had not given it that.
    .theirs = Refused: this app was no longer connected, or it had not been given that.
refusal-apps-documents = Choose which documents this app can read.
refusal-apps-family = Tick at least one sort of documents, or choose another answer.
refusal-apps-both = You have ticked sorts of documents: choose “Only some sorts of documents”, or untick them.
refusal-nothing-granted = You give it nothing to read. If that is what you want, choose “Do not connect”.
refusal-app-days = Choose for how long.
refusal-app-not-granted = This app is not connected to this space, or was not given this.
refusal-app-registration = The registration of this app is not complete.
