# By what right somebody came into a space. $hers: “yes” when the person herself reads her journal.
journal-right-allowed = { $hers ->
    [yes] Because this person is allowed in your space
   *[no] Because this person is allowed in the space of { $name }
}
journal-right-treating = { $hers ->
    [yes] Because this is your treating doctor
   *[no] Because this is the treating doctor of { $name }
}
journal-right-code = { $hers ->
    [yes] With the code that you showed
   *[no] With a code of the space of { $name }
}
journal-right-present = { $hers ->
    [yes] Because this person noted that you agreed, in your presence
   *[no] Because this person noted that { $name } agreed, being present
}
journal-right-team = { $hers ->
    [yes] Because you allowed the whole team: { $place }
   *[no] Because the whole team is allowed in the space of { $name }: { $place }
}
journal-right-care-team = { $hers ->
    [yes] Because this person works with your care team: { $place }
   *[no] Because this person works with the care team of { $name }: { $place }
}
journal-right-secrecy = { $hers ->
    [yes] Because you asked for secrecy, in the presence of this person
   *[no] Because secrecy was asked for
}
journal-right-emergency = { $hers ->
    [yes] Because this person declared that your life or health was in danger
   *[no] Because this person declared that the life or health of { $name } was in danger
}
journal-right-call-centre = { $hers ->
    [yes] To answer a call about you at the emergency call centre
   *[no] To answer a call about { $name } at the emergency call centre
}
journal-right-asking = { $hers ->
    [yes] To ask you whether you agree
   *[no] To ask { $name } to agree
}
journal-right-app = { $hers ->
    [yes] Because you connected this app
   *[no] Because this app is connected to the space of { $name }
}
journal-right-feeding = { $hers ->
    [yes] Because the law asks that your documents be deposited in your space
   *[no] Because the law asks that the documents of { $name } be deposited in their space
}
journal-right-reading-back = To check what its software sent
journal-right-parent = By parental authority
journal-right-guardian = As guardian, by decision of a judge
journal-right-delegate = { $hers ->
    [yes] Because this person was chosen to help you
   *[no] Because this person was chosen to help { $name }
}
