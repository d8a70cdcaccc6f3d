consent-title = Qui peut voir votre espace
consent-lead = Personne d’autre que vous ne peut lire votre espace, sauf les professionnels que vous autorisez ici.
consent-allowed = Professionnels autorisés
consent-nobody = Vous n’avez autorisé personne
consent-nobody-text = Aucun professionnel ne peut lire vos documents. Vous pouvez en autoriser un ci-dessous.
consent-given-web = Autorisé par vous, { $when }
consent-given-presence = A noté votre accord en votre présence, { $when }
consent-given-code = Est entré avec votre code, { $when }
consent-disallow = Retirer l’accès
consent-disallow-about = de { $name }
consent-add = Autoriser un professionnel
consent-add-why = Il pourra lire vos documents jusqu’à ce que vous lui retiriez l’accès. Chaque lecture apparaîtra dans votre journal.
consent-search-label = Nom du professionnel ou numéro RPPS
consent-found = { $count ->
    [one] Un professionnel trouvé
   *[other] { $count } professionnels trouvés
}
consent-found-many = Il y en a peut-être d’autres : précisez le nom ou indiquez le numéro RPPS.
consent-none-found = Aucun professionnel trouvé pour « { $query } »
consent-none-found-text = Vérifiez l’orthographe du nom, ou demandez son numéro RPPS au professionnel : il a onze chiffres.
consent-already = Déjà autorisé
consent-allow = Autoriser
consent-allow-about = { $name }
consent-always = Bon à savoir
consent-always-author = Un professionnel ou un laboratoire peut ajouter un document à votre espace. Il peut relire ce qu’il a envoyé, rien d’autre.
consent-always-journal = Un professionnel que vous n’avez pas autorisé et qui essaie d’entrer est refusé, et cet essai est écrit dans votre journal.
consent-always-never = Votre employeur, votre banque et votre assureur n’ont jamais accès à votre espace.
consent-flash-allowed = C’est fait. Ce professionnel peut maintenant lire vos documents.
consent-flash-disallowed = C’est fait. Ce professionnel ne peut plus lire vos documents.
