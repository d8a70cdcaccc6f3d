# Applications connectées : la demande d'une application, celles qui sont connectées, le catalogue.
apps-title = Applications connectées
apps-lead = { $hers ->
    [yes] Une application que vous connectez peut lire une partie de votre espace, jusqu’au jour que vous choisissez.
   *[no] Une application connectée peut lire une partie de l’espace de { $name }, jusqu’au jour que vous choisissez.
}
apps-now = Connectées en ce moment
apps-none = Aucune application n’est connectée
apps-none-text = Aucune application ne lit cet espace.
apps-by = Sous la responsabilité de : { $organization }
apps-since = Connectée depuis : { $when }
apps-until = S’arrête toute seule : { $when }
apps-reads-all = Lit tous les documents, sauf ceux qu’aucune application ne lit
apps-reads-families = Lit seulement : { $families }
apps-reads-profile = Lit aussi l’identité
apps-reads-profile-only = Lit seulement l’identité
apps-reads-no-documents = Ne lit aucun document
apps-gone = Cette application n’est plus au catalogue : elle ne peut plus rien lire.
apps-by-you = Connectée par vous
apps-by-you-for-her = Connectée par vous. S’arrête aussi le jour où vous n’avez plus le droit de décider pour cet espace
apps-by-her = Connectée par { $name }, dans son propre espace
apps-by-other = Connectée par une autre personne qui a le droit de décider pour cet espace. S’arrête aussi quand ce droit s’arrête
apps-for-her = Connectée par une personne qui a le droit de décider pour votre espace. S’arrête aussi quand ce droit s’arrête
apps-disconnect = Déconnecter
apps-catalogue = Applications du catalogue
apps-catalogue-text = Ces applications ont été vérifiées avant d’entrer au catalogue. Pour en connecter une, ouvrez-la et choisissez d’y relier votre espace de santé. Elle vous amènera ici, et vous déciderez.
    .theirs = Ces applications ont été vérifiées avant d’entrer au catalogue. Pour en connecter une, ouvrez-la et choisissez d’y relier cet espace de santé. Elle vous amènera ici, et vous déciderez.
apps-catalogue-none = Le catalogue est vide pour le moment
apps-catalogue-none-text = Les applications vérifiées apparaîtront ici.
apps-site = Site de l’application
apps-site-about = { $app }
apps-connected = Connectée
apps-know = Bon à savoir
apps-know-journal = Chaque lecture par une application est écrite dans le journal.
apps-know-journal-link = Voir le journal
apps-know-end = Quand vous déconnectez une application, elle ne lit plus rien, tout de suite. Si elle est connectée deux fois, déconnectez-la deux fois. Ce qu’elle a déjà lu, elle peut l’avoir gardé : demandez à la société qui en répond de l’effacer.
apps-know-never = Aucune application ne lit ce que vous cachez aux professionnels, ce qui est gardé secret, ni un résultat qu’un professionnel doit d’abord vous annoncer.
    .theirs = Aucune application ne lit ce qui est caché aux professionnels, ce qui est gardé secret, ni un résultat qu’un professionnel doit d’abord annoncer.
apps-know-write = Une application connectée ne peut rien ajouter, rien changer et rien effacer.

apps-ask-title = { $hers ->
    [yes] { $app } demande à lire votre espace
   *[no] { $app } demande à lire l’espace de { $name }
}
apps-ask-lead = Cette application ne lira rien si vous ne le voulez pas.
apps-ask-whose = Vous décidez pour { $name }
apps-ask-whose-text = C’est l’espace de { $name } que cette application lira, pas le vôtre. Elle s’arrêtera aussi le jour où vous n’aurez plus le droit de décider pour { $name }.
apps-ask-minor = Vos parents le sauront
apps-ask-minor-text = Jusqu’à vos 18 ans, vos parents voient quelles applications vous connectez et ce qu’elles lisent. Ils peuvent les déconnecter. Ce qui est gardé secret n’est lu par aucune application.
apps-ask-now = Cette application est déjà connectée
apps-ask-now-text = Si vous la connectez de nouveau, ce que vous choisissez ici remplace ce qui suit. Si vous refusez, rien ne change.
apps-ask-who = Qui demande
apps-ask-organization = Qui en répond
apps-ask-about = Ce qu’elle fait
apps-ask-site = Son site
apps-ask-wants = Ce qu’elle demande
apps-wants-documents = lire des documents ;
apps-wants-profile = savoir qui est la personne : nom de naissance, nom utilisé, prénoms, sexe, date et lieu de naissance, numéro de sécurité sociale ;
apps-wants-offline = continuer à lire quand vous ne l’utilisez pas, jusqu’au jour que vous choisissez.
apps-wants-online = lire au moment où vous l’utilisez. Elle vous ramènera ici chaque fois qu’elle voudra lire de nouveau.
apps-never = Ce qu’elle ne lira jamais
apps-never-hidden = les documents cachés aux professionnels ;
apps-never-kept = les documents gardés secrets ;
apps-never-announced = un résultat qu’un professionnel doit d’abord annoncer ;
apps-never-rest = le journal, vos choix, et qui agit pour qui.
apps-never-write = Elle ne peut rien ajouter, rien changer et rien effacer.
apps-ask-choose = Ce que vous lui donnez
apps-field-documents = Quels documents peut-elle lire ?
apps-documents-all = Tous les documents
apps-documents-all-hint = Ceux qui sont là et ceux qui viendront, sauf ce qu’elle ne lira jamais.
apps-documents-families = Seulement certaines sortes de documents
apps-documents-families-hint = Cochez ces sortes dans la liste qui suit.
apps-documents-none = Aucun document
apps-field-family = Sortes de documents
apps-field-family-hint = Ne cochez rien ici si vous avez choisi « Tous les documents » ou « Aucun document ».
apps-field-profile = { $hers ->
    [yes] Elle peut savoir qui je suis
   *[no] Elle peut savoir qui est { $name }
}
apps-field-profile-hint = Le nom de naissance, le nom utilisé, les prénoms, le sexe, la date et le lieu de naissance, le numéro de sécurité sociale. Souvent, ils sont aussi écrits dans les documents.
apps-field-days = Pendant combien de temps ?
apps-days = { $count ->
    [365] Un an
   *[other] { $count } jours
}
apps-ask-after = Vous pourrez la déconnecter quand vous voulez, dans « Applications connectées ». Chaque lecture sera écrite dans le journal.
apps-ask-kept = Ce que cette application aura lu, elle peut le garder chez elle. { $organization } vous doit la réponse si vous demandez ce qu’elle en fait, et doit l’effacer si vous le demandez.
apps-ask-where = Après votre réponse, vous retournez à l’application, à cette adresse :
apps-connect = Connecter cette application
apps-refuse = Ne pas connecter
apps-onward-title = Votre réponse est notée
apps-onward-lead = Vous retournez à { $app }. Si rien ne se passe, appuyez sur le bouton.
apps-onward-link = Retourner à { $app }
apps-young-title = Demandez à vos parents
apps-young-lead = Avant { $age } ans, ce sont vos parents qui connectent une application à votre espace.
apps-young-text = Montrez-leur cette page. Depuis leur propre espace, ils ouvrent le vôtre, puis reviennent dans l’application.
apps-young-back = Aller à mon espace

consent-apps = Applications connectées
consent-way-apps = { $count ->
    [0] Aucune application ne lit votre espace
    [one] Une application lit une partie de votre espace
   *[other] { $count } applications lisent une partie de votre espace
}
    .theirs = { $count ->
        [0] Aucune application ne lit cet espace
        [one] Une application lit une partie de cet espace
       *[other] { $count } applications lisent une partie de cet espace
    }
consent-do-app-end = Déconnecter { $name }
consent-do-app-end-what = Cette application ne lira plus rien, tout de suite. Ce qu’elle a déjà lu, elle peut l’avoir gardé. Pour la connecter de nouveau, il faudra votre accord.
consent-do-app-end-one = Déconnecter { $name }
consent-do-app-end-one-what = Cette connexion s’arrête tout de suite. Mais cette application est connectée plus d’une fois à cet espace : elle lira encore ce qu’une autre connexion lui permet. Pour qu’elle ne lise plus rien, déconnectez aussi l’autre. Ce qu’elle a déjà lu, elle peut l’avoir gardé.
consent-do-app-ended = Déconnecter une application
consent-do-app-ended-what = Cette application n’est plus connectée de cette façon. Il n’y a rien à faire.
consent-effect-forgets-her = ne saura plus qui est la personne : ses noms, son sexe, sa date et son lieu de naissance, son numéro
consent-who-app = L’application { $app } ({ $organization })
consent-sight-apps = Applications connectées
consent-sight-app-not-given = Vous ne lui avez pas donné ce document à lire.
    .theirs = Ce document ne lui a pas été donné à lire.
consent-sight-app-never = Aucune application ne lit ce document : il est caché, gardé secret, ou doit d’abord vous être annoncé.
    .theirs = Aucune application ne lit ce document : il est caché, gardé secret, ou doit d’abord être annoncé.
record-apps = { $count ->
    [one] L’application { $names } a été connectée depuis votre dernière visite
   *[other] Applications connectées depuis votre dernière visite : { $names }
}
record-apps-text = Voir ce que lisent les applications, ou les déconnecter
journal-app-connected = { $person ->
    [you] Vous avez connecté l’application { $whom }
   *[other] { $who } a connecté l’application { $whom }
}
journal-app-disconnected = { $person ->
    [you] Vous avez déconnecté l’application { $whom }
   *[other] { $who } a déconnecté l’application { $whom }
}
journal-app-see = Voir les applications connectées
journal-why-app-not-granted = Refusé : cette application n’était plus connectée, ou vous ne lui aviez pas donné cela.
    .theirs = Refusé : cette application n’était plus connectée, ou cela ne lui avait pas été donné.
refusal-apps-documents = Choisissez quels documents cette application peut lire.
refusal-apps-family = Cochez au moins une sorte de documents, ou choisissez une autre réponse.
refusal-apps-both = Vous avez coché des sortes de documents : choisissez « Seulement certaines sortes de documents », ou décochez-les.
refusal-nothing-granted = Vous ne donnez rien à lire. Si c’est ce que vous voulez, choisissez « Ne pas connecter ».
refusal-app-days = Choisissez pendant combien de temps.
refusal-app-not-granted = Cette application n’est pas connectée à cet espace, ou cela ne lui a pas été donné.
refusal-app-registration = La fiche de cette application n’est pas complète.
