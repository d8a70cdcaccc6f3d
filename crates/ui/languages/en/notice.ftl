# How a person is told outside her space. No health word in the messages.
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
notice-confirmed = You are told by e-mail
notice-confirmed-text = Messages go to { $address }.
notice-of = Tell me
notice-of-accesses = of each access by somebody else
notice-of-documents = of each document that somebody else adds
notice-always = You are always told at once of an access in an emergency, of a professional’s first access, and of the answer to a report. The rest is put together: at most one message an hour.
notice-save = Save
notice-forget = No more e-mails
notice-never = What the message says
notice-never-text = Always the same sentence, and a link to sign in. Never the name of a professional, a document or an illness.
notice-mail-subject = Something new in your { $name } space
notice-mail-text = There is something new in your { $name } space.
notice-code-subject = Your code for { $name }
notice-code-text = This code confirms your e-mail address for your { $name } space:
notice-code-not-you = Did not ask for it? Do nothing: without this code, nothing will be sent to you.
refusal-notice-address = This e-mail address cannot be used. Check it: it looks like name@example.org.
refusal-notice-code = This is not the right code, or it is too old. Check the last e-mail, or ask for a new code.
journal-notice-chosen = { $person ->
    [you] { $how ->
        [nothing] You chose not to be told by e-mail any more
       *[other] You chose how to be told by e-mail
    }
   *[other] { $who } changed how you are told
}
journal-notice-sent = An e-mail told you that there was something new
