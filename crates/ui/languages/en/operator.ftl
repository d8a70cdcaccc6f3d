# Pages of the operator.
operator-title = Creating spaces
operator-lead = By wave and department.
operator-csv = Download (CSV)
operator-none = No wave is announced
operator-none-text = Announce a wave with the command carnet enrol.
operator-wave = Wave { $number }
operator-window = Announced on { $from }, opposition possible for { $weeks ->
    [one] { $weeks } week
   *[other] { $weeks } weeks
}, until { $to }.
operator-nobody = Nobody is announced in this wave yet.
operator-people = Persons and spaces
operator-department = Department
operator-announced = Announced
operator-opposed = Opposed
operator-opened = Spaces created
operator-closed = Closed
operator-activated = Activated
operator-active = Active this month
operator-visit = Mean visit
operator-documents = Documents
operator-profiles = Profiles filled
operator-minutes = { $minutes } min { $seconds } s
operator-received = Documents received
operator-by = Counted by
operator-kind = Value
operator-by-type = type of document
operator-by-sender = kind of sender
operator-oppose-title = Note an opposition
operator-oppose-lead = For a person who opposed by telephone or letter, before the end of her window.
operator-oppose-reason = How the opposition came
operator-oppose-reason-hint = For example: letter of 12 November. This text stays with the decision.
operator-oppose-button = Record the opposition
operator-oppose-done = The opposition is recorded.
refusal-person-unknown = Nobody is known under this number.
operator-sender-laboratory = laboratory
operator-sender-hospital = hospital
operator-sender-practice = practice
operator-sender-pharmacy = pharmacy
operator-sender-imaging = imaging
operator-sender-social = social care
operator-sender-insurer = health insurance
operator-sender-other = other
operator-sender-self = the person herself
