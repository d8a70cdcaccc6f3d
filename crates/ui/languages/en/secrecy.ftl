# The secret connection: a minor asks a professional that those who represent her know nothing of it.
secrecy = How do you open this space?
secrecy-lead = This person is under age. Ask before you open the space: does she want her parents, or whoever represents her, to know nothing of this care?
secrecy-yes = She asks for secrecy
secrecy-yes-text = You will see only the documents that her legal representatives do not see. Nothing that you do will be shown to them: neither in her journal nor in a message. She herself will see all of it.
secrecy-yes-submit = She is with me and asks for secrecy: open a secret connection
secrecy-no = She does not ask for secrecy
secrecy-no-text = Your visit will be in her journal, which her legal representatives may read.
secrecy-no-link = Open her space
secrecy-find = The person is under age and asks for secrecy
secrecy-find-hint = To open her space without her legal representatives knowing, whatever her age.
secrecy-banner = Secret connection, until { $until }
secrecy-banner-text = You see only the documents that her legal representatives do not see, and they will know nothing of your visit. What your software deposits must be marked “Not visible to legal representatives”.
secrecy-end = Leave the secret connection
