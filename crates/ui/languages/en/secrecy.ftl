# The secret connection: a minor asks a professional that those who represent them know nothing of it.
secrecy = How do you open this space?
secrecy-lead = This person is under age. Ask before you open the space: do they want their parents, or whoever represents them, to know nothing of this care?
secrecy-yes = They ask for secrecy
secrecy-yes-text = You will see only the documents that the person’s legal representatives do not see. Nothing that you do will be shown to those representatives: neither in the journal nor in a message. The person will see all of it.
secrecy-yes-submit = The person is with me and asks for secrecy: open a secret connection
secrecy-no = They do not ask for secrecy
secrecy-no-text = Your visit will be in their journal, which their legal representatives may read.
secrecy-no-link = Open their space
secrecy-find = The person is under age and asks for secrecy
secrecy-find-hint = To open their space without their legal representatives knowing, whatever their age.
secrecy-banner = Secret connection, until { $until }
secrecy-banner-text = You see only the documents that the person’s legal representatives do not see, and those will know nothing of your visit. What your software deposits must be marked “Not visible to legal representatives”.
secrecy-end = Leave the secret connection
