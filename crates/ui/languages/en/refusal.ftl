# Refusals. `refusal-<code>`: what happened, then what to do.
refusal-title-sign-in = Sign in to continue
refusal-title-forbidden = You have no access to this page
refusal-title-not-found = This page does not exist
refusal-title-conflict = This is no longer possible
refusal-title-gone = It is no longer here
refusal-title-too-large = That is too large
refusal-title-slow-down = One moment, please
refusal-title-fault = We have a problem
refusal-title-invalid = This request cannot be handled
refusal-invalid = What was sent cannot be used. Go back and check what you entered.
refusal-not-found = There is nothing for you at this address. Check the address, or start again from the home page.
refusal-fault = This is not your doing, and nothing that was saved is lost. Try again in a few minutes.
refusal-wait = You can try again in { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}.
refusal-reference = If you contact the help desk, give this reference: { $reference }
refusal-home = Back to the home page
refusal-form-expired = The page was open for too long. Nothing has been saved: go back, reload the page and try again.
refusal-not-permitted = This action is not permitted here.
refusal-no-consent = This person has not allowed you to see their space.
refusal-sharing-of-a-minor = At your age it is your parents, or whoever has parental authority, who decide who may see your space. You can talk about it with them. Your journal shows you who has looked at it.
refusal-space-closed = This space is closed: nobody can see it.
refusal-session-ended = Your sign-in has expired. Sign in again: you will come back to where you were.
