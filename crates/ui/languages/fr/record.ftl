# L’accueil, la liste des documents, la recherche, et l’entrée des professionnels.
record-home-title = Accueil
record-greeting = Bonjour { $name }
    .theirs = Espace de { $name }
record-search-label = Chercher dans les documents
record-new = Nouveau depuis votre dernière visite
record-new-first = Vos derniers documents
    .theirs = Derniers documents de { $name }
record-new-count = { $count ->
    [one] Un nouveau document
   *[other] { $count } nouveaux documents, dont voici les derniers :
}
record-nothing-new = Rien de nouveau. Votre dernière visite : { $when }.
record-nothing-yet = Vous n’avez encore reçu aucun document.
    .theirs = Aucun document n’est encore arrivé.
record-next = Que voulez-vous faire ?
record-looks = { $count ->
    [one] Une consultation de votre espace depuis votre dernière visite
   *[other] { $count } consultations de votre espace depuis votre dernière visite
}
    .theirs = { $count ->
        [one] Une consultation de l’espace de { $name } depuis votre dernière visite
       *[other] { $count } consultations de l’espace de { $name } depuis votre dernière visite
    }
record-looks-text = Voir qui a consulté quoi, et quand
record-looks-first = { $count ->
    [one] Une consultation de votre espace avant cette visite
   *[other] { $count } consultations de votre espace avant cette visite
}
    .theirs = { $count ->
        [one] Une consultation de l’espace de { $name } avant cette visite
       *[other] { $count } consultations de l’espace de { $name } avant cette visite
    }
record-share = Choisir qui peut voir vos documents
    .theirs = Choisir qui peut voir les documents de { $name }
record-share-text = Vous n’avez encore autorisé aucun professionnel
    .theirs = Aucun professionnel n’est encore autorisé
record-add = Ajouter un document
record-add-text = Une photo ou un fichier que vous avez chez vous
record-see-journal = Voir qui a consulté votre espace
    .theirs = Voir qui a consulté l’espace de { $name }
record-see-journal-text = Chaque accès est noté dans votre journal
    .theirs = Chaque accès est noté dans son journal
record-all = Voir tous les documents
record-count = { $count ->
    [one] Un document
   *[other] { $count } documents
}
record-results = Résultats pour « { $query } »
record-incomplete = Le texte de certains documents n’a pas encore pu être lu. La recherche sera complète dans quelques minutes.
record-filter-family = Famille
record-filter-author = Auteur ou établissement
record-filter-year = Année
record-none-found = Aucun document trouvé
record-none-found-text = Essayez un autre mot, ou enlevez un filtre.
record-empty = Aucun document pour le moment
record-empty-text = Les documents que les professionnels vous envoient arriveront ici. Vous pouvez aussi ajouter les vôtres.
    .theirs = Les documents que les professionnels envoient arriveront ici. Vous pouvez aussi en ajouter.
record-empty-pro = Aucun document à voir
record-empty-pro-text = L’espace de cette personne ne contient aucun document que vous puissiez voir.
record-find = Trouver une personne
record-find-lead = Cherchez par le numéro de sécurité sociale (INS), ou par les cinq traits d’identité.
record-find-by-ins = Par le numéro INS
record-find-ins = Matricule INS
record-find-ins-hint = 15 caractères, par exemple 2 79 03 51 215 189 89
record-find-ins-wrong = Ce numéro n’est pas un matricule INS. Vérifiez les chiffres et la clé.
record-find-by-traits = Par les traits d’identité
record-find-birth-name = Nom de naissance
record-find-birth-name-missing = Indiquez le nom de naissance.
record-find-given-name = Premier prénom de naissance
record-find-given-name-missing = Indiquez le premier prénom de naissance.
record-find-birth = Date de naissance
record-find-birth-missing = Indiquez la date de naissance.
record-find-sex = Sexe
record-find-sex-missing = Indiquez le sexe.
record-find-submit = Chercher
record-find-nobody = Personne ne correspond. Vérifiez votre saisie.
record-find-several = Plusieurs personnes correspondent. Cherchez par le numéro INS.
record-find-another = Chercher une autre personne
record-sex-f = Féminin
record-sex-m = Masculin
record-sex-i = Indéterminé
record-given-names = Prénoms de naissance
record-ins = INS
record-age = { $years ->
    [one] { $years } an
   *[other] { $years } ans
}
record-not-allowed = Cette personne ne vous a pas donné accès à son espace.
record-not-allowed-text = Elle peut le faire elle-même depuis son espace. Votre demande d’accès a été notée dans son journal.
record-presence = Elle est avec vous et elle est d’accord
record-presence-text = Informez-la de ce que vous allez consulter et demandez-lui son accord. Votre déclaration sera notée dans son journal, à votre nom. Elle pourra retirer cet accord à tout moment.
record-presence-submit = Déclarer son accord et ouvrir l’espace
