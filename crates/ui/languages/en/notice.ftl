# How a person is told outside her space: by e-mail, by notification. No health word in the messages.
notice-title = How we tell you
notice-lead = Choose how you are told when somebody looks at your space or adds a document to it.
notice-inside = In your space, always
notice-inside-text = Each access and each new document is noted here, and announced on your home page.
notice-email = By e-mail
notice-email-none = This service does not send e-mails yet. Everything is still announced in your space.
notice-address = Your e-mail address
notice-other-address = Another e-mail address
notice-address-hint = For example: name@example.org. We send a code to it, to be sure that it is yours.
notice-address-send = Send me a code
notice-code = The code you got by e-mail
notice-code-hint = Eight letters and digits, for example ABCD-EFGH. It works for thirty minutes.
notice-code-confirm = Confirm my address
notice-code-sent = A code was sent to { $address }. Look in your junk mail too.
notice-code-again = Send another code
notice-code-give-up = Do not use this address
notice-confirmed = We tell you by e-mail
notice-confirmed-text = Messages go to { $address }.
notice-push = On your telephone or computer
notice-push-none = This service does not send notifications yet. Everything is still announced in your space.
notice-push-text = A notification shows on this device, even while your space is closed. Do this only on a device of your own: it can be seen on the screen.
notice-push-name = Name of this device
notice-push-name-hint = So that you find it in the list. For example: my telephone.
notice-push-add = Tell this device
notice-push-remove = Stop telling
notice-push-since = Has received notifications since { $when }
notice-push-here = This device
notice-push-denied = Your browser refuses notifications from this site. You can allow them in its settings and try here again. E-mail is still possible.
notice-push-failed = The browser could not switch notifications on. Try again later. E-mail is still possible.
notice-push-unsupported = No notifications with this browser
notice-push-unsupported-text = This browser cannot receive notifications here, or JavaScript is switched off in it. You can choose e-mail, or open this page with another browser. On an iPhone or iPad, first add this site to the home screen, then open it from there.
notice-of = What you are told of
notice-of-what = Tell me
notice-of-accesses = of each access by somebody else
notice-of-documents = of each document that somebody else adds
notice-of-represented = of the same in the space of my children under age, or of those whose guardian I am
notice-always = You are always told at once of an access in an emergency, of a professional’s first access, of the answer to a report, and of whatever touches your passkeys and recovery codes. The rest is put together: at most one message an hour for each space.
notice-save = Save
notice-forget = No more e-mails
notice-never = What the message says
notice-never-text = Always the same sentence, and a link to sign in. Never the name of a professional, a document or an illness.
notice-mail-subject = Something new on { $name }
notice-mail-text = There is something new in your { $name } space.
notice-represented-text = There is something new in a { $name } space that you look after.
notice-code-subject = Your code for { $name }
notice-code-text = This code confirms your e-mail address for your { $name } space:
notice-code-not-you = Did not ask for it? Do nothing: without this code, nothing will be sent to you.
refusal-notice-address = This e-mail address cannot be used. Check it: it looks like name@example.org.
refusal-push-name = Give this device a name, so that you find it in the list.
refusal-push-service = This browser’s notifications come through a service that we do not use. Choose e-mail, or another browser.
refusal-push-subscription = The browser could not switch notifications on. Reload the page and try again.
refusal-push-many = You have ten devices already. Remove one from the list, then try again.
refusal-notice-code = This is not the right code, or it is too old. Check the last e-mail, or ask for a new code.
journal-notice-chosen = { $person ->
    [you] { $how ->
        [nothing] You chose to receive no more e-mails
        [device-added] You chose to receive notifications on a device
        [device-removed] You chose to receive no more notifications on a device
       *[other] You chose how we tell you
    }
   *[other] { $how ->
        [device-gone] A device receives no notifications any more: it was taken off the list
       *[other] { $who } changed how you are told
    }
}
journal-notice-sent = { $how ->
    [push] A notification told you that there was something new
   *[other] An e-mail told you that there was something new
}
