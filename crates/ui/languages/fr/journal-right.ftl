# À quel titre quelqu’un est venu dans un espace. $hers : « yes » quand c’est la personne elle-même qui lit son journal.
journal-right-allowed = { $hers ->
    [yes] Parce que cette personne est autorisée dans votre espace
   *[no] Parce que cette personne est autorisée dans l’espace de { $name }
}
journal-right-treating = { $hers ->
    [yes] Parce que c’est votre médecin traitant
   *[no] Parce que c’est le médecin traitant de { $name }
}
journal-right-code = { $hers ->
    [yes] Avec le code que vous lui avez montré
   *[no] Avec un code de l’espace de { $name }
}
journal-right-present = { $hers ->
    [yes] Parce que cette personne a noté votre accord, en votre présence
   *[no] Parce que cette personne a noté l’accord de { $name }, en sa présence
}
journal-right-team = { $hers ->
    [yes] Parce que vous avez autorisé toute l’équipe : { $place }
   *[no] Parce que toute l’équipe est autorisée dans l’espace de { $name } : { $place }
}
journal-right-care-team = { $hers ->
    [yes] Parce que cette personne travaille avec votre équipe de soins : { $place }
   *[no] Parce que cette personne travaille avec l’équipe de soins de { $name } : { $place }
}
journal-right-secrecy = { $hers ->
    [yes] Parce que vous avez demandé le secret, en sa présence
   *[no] Parce que le secret a été demandé
}
journal-right-emergency = { $hers ->
    [yes] Parce que cette personne a déclaré que votre vie ou votre santé était en danger
   *[no] Parce que cette personne a déclaré que la vie ou la santé de { $name } était en danger
}
journal-right-call-centre = { $hers ->
    [yes] Pour répondre à un appel au centre 15 à votre sujet
   *[no] Pour répondre à un appel au centre 15 au sujet de { $name }
}
journal-right-asking = { $hers ->
    [yes] Pour vous demander votre accord
   *[no] Pour demander l’accord de { $name }
}
journal-right-app = { $hers ->
    [yes] Parce que vous avez connecté cette application
   *[no] Parce que cette application est connectée à l’espace de { $name }
}
journal-right-feeding = { $hers ->
    [yes] Parce que la loi demande que vos documents soient déposés dans votre espace
   *[no] Parce que la loi demande que les documents de { $name } soient déposés dans son espace
}
journal-right-reading-back = Pour vérifier ce que son logiciel a envoyé
journal-right-parent = Au titre de l’autorité parentale
journal-right-guardian = Au titre de la tutelle, par décision de justice
journal-right-delegate = { $hers ->
    [yes] Parce que cette personne a été choisie pour vous aider
   *[no] Parce que cette personne a été choisie pour aider { $name }
}
