# Forms.
form-optional = (optional)
form-error-prefix = Error:
form-errors = { $count ->
    [one] There is one thing to correct
   *[other] There are { $count } things to correct
}
form-select = Choose…
form-select-any = Any
form-date-day = Day
form-date-month = Month
form-date-year = Year
form-date-missing-day = Enter the day
form-date-missing-month = Enter the month
form-date-missing-year = Enter the year
form-date-year-short = Write the year with four digits, for example 1979
form-date-none = This date does not exist: check the day, the month and the year
form-passkey-unsupported = Your browser cannot use a passkey here. Try with your phone, or with the latest version of your browser.
form-passkey-cancelled = The request was cancelled or took too long. You can try again.
form-passkey-failed = That did not work. Try again in a moment.
form-passkey-known = This device already has a passkey for your space.
