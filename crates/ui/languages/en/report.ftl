# "I don't recognise this": handing a line of the journal to the team, and the answer.
report-title = I don’t recognise this
report-lead = Report this line to the team that runs the service. They look into what happened and answer here.
report-the-line = The line you report
report-why-label = What surprises you
report-why-hint = For example: I do not know this doctor. Write nothing about your health.
report-sent-with = The team gets this line and what you write. They see no document.
report-send = Report this line
report-not-waiting = If you think somebody means you harm, do not wait for the answer: take their access away first.
report-sharing = See who has access
report-done = Your report is sent. The answer will come here.
report-yours = Your reports
    .theirs = The reports
report-yours-lead = Lines of the journal that you did not recognise, and what the team found.
    .theirs = Lines of the journal that were not recognised, and what the team found.
report-yours-none = You have reported nothing
    .theirs = Nothing has been reported
report-yours-none-text = In the journal, each line has a link “I don’t recognise this”.
report-link = I don’t recognise this
report-sent = Reported
report-answered-when = Answered
report-why = What the person says
report-your-words = You wrote
    .theirs = What was written
report-why-none = Nothing
report-answer = Answer
report-answer-of-team = Answer of the team
report-state-new = Waiting
report-state-answered = Answered
report-state-closed = Closed
report-desk = Reports
report-desk-lead = People did not recognise a line of their journal. Opening a report is noted in the person’s journal.
report-desk-none = No reports
report-desk-none-text = Nothing is in this state for now.
report-desk-more = This page shows { $count } reports. There may be others: they appear here when these change their state.
report-of = Reported { $when }
report-number = Number { $number }
report-one = Report { $number }
report-one-lead = The line as the person read it. Answer in plain words: they will read you in their space.
report-line = Line of the journal
report-line-when = When it happened
report-account = Account of the professional
report-answering = Answer the person
report-answer-hint = What you found, and what the person can do. Nothing about their health.
report-answer-send = Send the answer
report-close = Close
refusal-report-answer = Write what you have found.
refusal-report-many = Many of your reports are waiting already. The team will answer: wait for an answer before you send another.
refusal-report-closed = This report is closed already.
refusal-report-unanswered = Answer the person first, then close the report.
journal-reported = { $person ->
    [you] You reported a line of the journal that you did not recognise
   *[other] { $who } reported a line of the journal
}
journal-report-read = { $who } read a report from your space { $count ->
    [one] { "" }
   *[other] { $count } times
}
    .theirs = { $who } read a report from this space { $count ->
        [one] { "" }
       *[other] { $count } times
    }
journal-report-answered = { $who } answered a report
journal-report-closed = { $who } closed a report
