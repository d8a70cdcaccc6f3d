consent-title = Qui peut voir votre espace
    .theirs = Qui peut voir cet espace
consent-lead = Vous décidez ici qui peut lire votre espace. Un professionnel que vous n’autorisez pas n’entre qu’en urgence, ou si quelqu’un appelle le 15 pour vous, et vous pouvez le refuser.
    .theirs = Vous décidez ici, pour { $name }, qui peut lire son espace. Un professionnel que personne n’a autorisé n’entre qu’en urgence, ou pour un appel au 15, et vous pouvez le refuser.
consent-done = C’est fait. Votre choix est enregistré.
consent-cancel = Annuler
consent-about = { $name }
consent-see-effect = Voir ce que cela change
consent-allowed = Professionnels autorisés
consent-nobody = Vous n’avez autorisé personne
    .theirs = Personne n’est autorisé
consent-nobody-text = Aucun professionnel n’est autorisé par son nom. Vous pouvez en autoriser un ci-dessous.
consent-inside = { $name } peut lire { $hers ->
    [yes] vos documents
   *[no] les documents de { $of }
} en ce moment
consent-inside-emergency = Accès en urgence. Il se termine { $when }.
consent-inside-call-centre = Accès pour un appel au 15. Il se termine { $when }.
consent-inside-reason = Sa raison : « { $reason } »
consent-inside-what = { $hers ->
    [yes] Vous n’avez pas eu à l’autoriser : la loi le permet quand votre vie peut être en danger. Vous pouvez arrêter cet accès tout de suite.
   *[no] La loi permet cet accès sans autorisation quand une vie peut être en danger. Vous pouvez l’arrêter tout de suite.
}
consent-inside-journal = Voir ce qui a été lu
consent-given-web = Accès donné par vous, { $when }
    .theirs = Accès donné dans l’espace, { $when }
consent-given-presence = A noté votre accord en votre présence, { $when }
    .theirs = A noté l’accord de la personne en sa présence, { $when }
consent-given-code = A utilisé votre code, { $when }
    .theirs = A utilisé un code de cet espace, { $when }
consent-until = Jusqu’à : { $when }
consent-suspended = N’a pas accès en ce moment
consent-closed = Vous avez choisi « personne » : ces professionnels n’ont pas accès tant que vous gardez ce choix, sauf avec un code.
    .theirs = Le choix est « personne » : ces professionnels n’ont pas accès tant que ce choix est gardé, sauf avec un code.
consent-disallow = Retirer l’accès
consent-add = Autoriser un professionnel
consent-add-why = Cette personne pourra lire vos documents jusqu’à ce que vous lui retiriez l’accès. Chaque lecture apparaîtra dans votre journal.
    .theirs = Ce professionnel pourra lire les documents de cet espace jusqu’à ce que l’accès lui soit retiré. Chaque lecture apparaîtra dans le journal.
consent-search-label = Nom du professionnel ou numéro RPPS
consent-found = { $count ->
    [one] Un professionnel trouvé
   *[other] { $count } professionnels trouvés
}
consent-found-many = Il y en a peut-être d’autres : précisez le nom ou indiquez le numéro RPPS.
consent-none-found = Aucun professionnel trouvé pour « { $query } »
consent-none-found-text = Vérifiez l’orthographe du nom, ou demandez son numéro RPPS au professionnel : il a onze chiffres.
consent-already = Accès déjà donné
consent-is-blocked = Accès bloqué
consent-allow = Autoriser
consent-always = Bon à savoir
consent-always-author = Un professionnel ou un laboratoire peut ajouter un document à votre espace. Qui a envoyé un document peut le relire, rien d’autre.
    .theirs = Un professionnel ou un laboratoire peut ajouter un document à cet espace. Qui a envoyé un document peut le relire, rien d’autre.
consent-always-journal = Un professionnel que vous n’avez pas autorisé et qui essaie d’entrer est refusé, et cet essai est écrit dans votre journal.
    .theirs = Un professionnel non autorisé qui essaie d’entrer est refusé, et cet essai est écrit dans le journal.
consent-always-never = Votre employeur, votre banque et votre assureur n’ont jamais accès à votre espace.
    .theirs = Un employeur, une banque ou un assureur n’a jamais accès à cet espace.

consent-more = Tous vos choix
    .theirs = Tous les choix
consent-way-code = { $count ->
    [0] Pour une visite, de quelques minutes à un mois
    [one] Un code peut être utilisé en ce moment
   *[other] { $count } codes peuvent être utilisés en ce moment
}
consent-way-team = { $count ->
    [0] Un hôpital, une clinique, un centre de santé
    [one] Une équipe autorisée
   *[other] { $count } équipes autorisées
}
consent-way-treating-none = Vous ne l’avez pas indiqué
    .theirs = Pas encore indiqué
consent-way-blocked = { $count ->
    [0] Vous n’avez bloqué personne
    [one] Vous avez bloqué un professionnel
   *[other] Vous avez bloqué { $count } professionnels
}
    .theirs = { $count ->
        [0] Personne n’est bloqué
        [one] Un professionnel est bloqué
       *[other] { $count } professionnels sont bloqués
    }
consent-way-hidden = { $count ->
    [0] Vous ne cachez rien
    [one] Une chose cachée
   *[other] { $count } choses cachées
}
    .theirs = { $count ->
        [0] Rien n’est caché
        [one] Une chose cachée
       *[other] { $count } choses cachées
    }
consent-way-emergency-both = Accès possible si votre vie est en danger
    .theirs = Accès possible si la vie de la personne est en danger
consent-way-emergency-one = Vous avez refusé un des deux accès d’urgence
    .theirs = Un des deux accès d’urgence est refusé
consent-way-emergency-none = Vous avez refusé tout accès en urgence
    .theirs = Tout accès en urgence est refusé
consent-way-preview = Par exemple, ce que verrait votre dentiste
    .theirs = Par exemple, ce que verrait un dentiste
consent-way-senders = { $count ->
    [0] Ne plus recevoir de documents d’un établissement
    [one] Un établissement ne peut plus rien envoyer
   *[other] { $count } établissements ne peuvent plus rien envoyer
}

consent-general = Votre choix général
    .theirs = Le choix général
consent-question = Qui peut voir vos documents ?
    .theirs = Qui peut voir les documents de cet espace ?
consent-question-text = Nous vous posons cette question une seule fois. Tant que vous n’avez pas répondu, un professionnel n’entre que si vous l’avez autorisé, sauf en urgence ou pour un appel au 15. Vous pouvez refuser ces deux accès.
    .theirs = Nous posons cette question une seule fois. Tant que personne n’a répondu, un professionnel n’entre que s’il est autorisé, sauf en urgence ou pour un appel au 15. Vous pouvez refuser ces deux accès.
consent-question-answer = Répondre
consent-general-lead = Choisissez ce qui vous rassure. Vous pourrez changer d’avis quand vous voulez.
consent-general-label = Votre choix
    .theirs = Le choix
consent-general-later = Quel que soit votre choix, vous pouvez bloquer un professionnel, cacher un document, ou donner un code à quelqu’un pour une visite.
consent-mode-unasked = Vous n’avez pas encore répondu
    .theirs = Pas encore de réponse
consent-mode-team = Mon équipe de soins
    .theirs = Son équipe de soins
consent-mode-team-hint = Les personnes que vous autorisez, et leurs collègues du même établissement qui vous soignent. Elles entrent sans vous le redemander. Chaque lecture est dans votre journal.
    .theirs = Les personnes autorisées, et leurs collègues du même établissement qui soignent la personne. Elles entrent sans redemander. Chaque lecture est dans le journal.
consent-mode-ask = Me demander à chaque fois
    .theirs = Demander à chaque fois
consent-mode-ask-hint = Seulement les personnes que vous autorisez une par une. Un professionnel que vous voyez peut vous demander votre accord : cet accord vaut pour cette visite.
    .theirs = Seulement les personnes autorisées une par une. Un professionnel consulté peut demander l’accord de la personne : cet accord vaut pour cette visite.
consent-mode-nobody = Personne
consent-mode-nobody-hint = Aucun professionnel n’entre, même parmi les personnes que vous aviez autorisées. Seul un code que vous donnez ouvre votre espace.
    .theirs = Aucun professionnel n’entre, même parmi les personnes qui étaient autorisées. Seul un code donné depuis cet espace l’ouvre.

consent-team = Autoriser toute une équipe
consent-team-lead = Tous les professionnels qui vous soignent dans un établissement pourront lire vos documents, selon leur métier.
    .theirs = Tous les professionnels qui soignent la personne dans un établissement pourront lire ses documents, selon leur métier.
consent-team-add = Chercher un établissement
consent-team-search = Nom de l’établissement, ville ou numéro FINESS
consent-team-found = { $count ->
    [one] Un établissement trouvé
   *[other] { $count } établissements trouvés
}
consent-team-many = Il y en a peut-être d’autres : précisez le nom ou la ville.
consent-team-none = Aucun établissement trouvé pour « { $query } »
consent-team-none-text = Vérifiez l’orthographe, ou demandez à l’établissement son numéro FINESS.
consent-team-allow = Autoriser l’équipe
consent-team-already = Équipe déjà autorisée
consent-team-since = Autorisée par vous, { $when }
    .theirs = Autorisée { $when }
consent-teams-allowed = Équipes autorisées

consent-treating = Médecin traitant
consent-treating-lead = Votre médecin traitant voit tout, même les documents que vous cachez aux autres. La loi le veut, pour qu’il vous soigne bien.
    .theirs = Le médecin traitant voit tout, même les documents cachés aux autres. La loi le veut, pour qu’il soigne bien.
consent-treating-now = Votre médecin traitant
    .theirs = Le médecin traitant
consent-treating-none = Vous n’avez pas indiqué de médecin traitant.
    .theirs = Aucun médecin traitant n’est indiqué.
consent-treating-since = Votre choix, { $when }
    .theirs = Choisi { $when }
consent-treating-is = Votre médecin traitant
    .theirs = Médecin traitant
consent-treating-no-doctor = N’est pas médecin
consent-treating-add = Choisir un médecin
consent-treating-name = Choisir comme médecin traitant
consent-treating-end = Ce n’est plus mon médecin traitant
    .theirs = Ce n’est plus le médecin traitant

consent-blocked = Professionnels bloqués
consent-blocked-lead = Une personne que vous bloquez ne lit jamais votre espace, même en urgence. Elle n’en est pas avertie.
    .theirs = Une personne bloquée ne lit jamais cet espace, même en urgence. Elle n’en est pas avertie.
consent-blocked-now = Personnes que vous avez bloquées
    .theirs = Personnes bloquées
consent-blocked-nobody = Vous n’avez bloqué personne.
    .theirs = Personne n’est bloqué.
consent-blocked-since = Accès bloqué par vous, { $when }
    .theirs = Accès bloqué { $when }
consent-blocked-met = Personnes déjà venues
consent-blocked-add = Bloquer quelqu’un d’autre
consent-block = Bloquer
consent-block-her = Bloquer cette personne
consent-unblock = Débloquer

consent-emergency = En cas d’urgence
consent-emergency-lead = Si votre vie est en danger et que vous ne pouvez pas parler, un soignant peut ouvrir votre espace. Vous le savez aussitôt, et vous lisez pourquoi. Vous pouvez refuser cet accès.
    .theirs = Si la vie de la personne est en danger et qu’elle ne peut pas parler, un soignant peut ouvrir son espace. C’est écrit aussitôt dans le journal, avec la raison. Vous pouvez refuser cet accès.
consent-emergency-title = Le médecin qui vous soigne en urgence
    .theirs = Le médecin qui soigne la personne en urgence
consent-emergency-text = Il doit écrire pourquoi. Son accès dure peu de temps. Ce que vous cachez reste caché.
    .theirs = Il doit écrire pourquoi. Son accès dure peu de temps. Ce qui est caché reste caché.
consent-emergency-accepted = Aujourd’hui : cet accès est permis.
consent-emergency-refused = Aujourd’hui : vous refusez cet accès.
    .theirs = Aujourd’hui : cet accès est refusé.
consent-emergency-refuse = Refuser cet accès
consent-emergency-accept = Permettre cet accès
consent-call-centre-title = Le médecin du 15
consent-call-centre-text = Quand quelqu’un appelle le 15 pour vous, le médecin qui répond peut regarder vos allergies et vos traitements avant d’envoyer les secours.
    .theirs = Quand quelqu’un appelle le 15 pour cette personne, le médecin qui répond peut regarder ses allergies et ses traitements avant d’envoyer les secours.
consent-call-centre-accepted = Aujourd’hui : cet accès est permis.
consent-call-centre-refused = Aujourd’hui : vous refusez cet accès.
    .theirs = Aujourd’hui : cet accès est refusé.
consent-call-centre-refuse = Refuser cet accès
consent-call-centre-accept = Permettre cet accès
consent-emergency-blocked = Un professionnel que vous avez bloqué n’entre jamais, même en urgence.
    .theirs = Un professionnel bloqué n’entre jamais, même en urgence.

consent-senders = Refuser les envois d’un établissement
consent-senders-lead = Les soignants ont le droit d’ajouter des documents à votre espace. Vous pouvez vous y opposer pour un établissement, si vous avez une raison sérieuse.
    .theirs = Les soignants ont le droit d’ajouter des documents à cet espace. Vous pouvez vous y opposer pour un établissement, s’il y a une raison sérieuse.
consent-senders-now = Établissements refusés
    .theirs = Établissements refusés
consent-senders-since = Refusé par vous, { $when }
    .theirs = Refusé { $when }
consent-senders-because = Votre raison : { $motive }
    .theirs = Raison : { $motive }
consent-senders-accept = Accepter de nouveau
consent-senders-add = Refuser un établissement
consent-senders-none = Aucun autre établissement ne vous a envoyé de document.
    .theirs = Aucun autre établissement n’a envoyé de document.
consent-senders-who = Établissement
consent-senders-motive = Votre raison
    .theirs = La raison
consent-senders-motive-hint = La loi demande une raison. Par exemple : « Je ne suis jamais allée dans cette clinique ».

consent-code = Donner un code pour une visite
consent-code-lead = Un professionnel qui tape ou scanne votre code peut lire vos documents pendant le temps que vous choisissez. Ensuite, l’accès s’arrête tout seul.
    .theirs = Un professionnel qui tape ou scanne le code peut lire les documents de cet espace pendant le temps que vous choisissez. Ensuite, l’accès s’arrête tout seul.
consent-code-add = Créer un code
consent-code-minutes = Pendant combien de temps pourra-t-on lire ?
consent-code-uses = Combien de professionnels pourront l’utiliser ?
consent-code-uses-n = { $count ->
    [one] Un seul professionnel
   *[other] { $count } professionnels
}
consent-code-make = Créer le code
consent-code-live = Codes qui peuvent être utilisés
consent-code-made = Code créé { $when }
consent-code-reads = Permet de lire pendant { $time }
consent-code-until = Peut être tapé jusqu’à : { $when }
consent-code-used = Utilisé { $used } fois sur { $uses }
consent-code-end = Arrêter ce code
consent-code-yours = Votre code
    .theirs = Le code de cet espace
consent-code-yours-lead = Montrez cette page au professionnel, ou dites-lui le code.
consent-code-type = À taper à cette adresse : { $address }
consent-code-qr = Image du code, à scanner par le professionnel. Elle contient la même chose que le code écrit ci-dessus.
consent-code-scan = Ou à scanner avec son appareil.
consent-code-once = Ce code n’est affiché qu’une fois
consent-code-once-text = Notez-le ou imprimez cette page maintenant. Si vous le perdez, arrêtez-le et créez-en un autre.
consent-code-back = Retour à vos choix
    .theirs = Retour aux choix
consent-minutes = { $count ->
    [one] une minute
   *[other] { $count } minutes
}
consent-hours = { $count ->
    [one] une heure
   *[other] { $count } heures
}
consent-days = { $count ->
    [one] un jour
   *[other] { $count } jours
}

consent-do-allow = Autoriser { $name }
consent-do-allow-what = Cette personne pourra lire vos documents, selon son métier, jusqu’à ce que vous lui retiriez l’accès.
    .theirs = Ce professionnel pourra lire les documents de cet espace, selon son métier, jusqu’à ce que l’accès lui soit retiré.
consent-do-disallow = Retirer l’accès de { $name }
consent-do-disallow-what = Cette personne n’est plus autorisée par vous. Ce qu’elle a déjà lu reste écrit dans votre journal.
    .theirs = Ce professionnel n’est plus autorisé. Ce qu’il a déjà lu reste écrit dans le journal.
consent-do-block = Bloquer { $name }
consent-do-block-what = Cette personne ne lira plus jamais votre espace, même en urgence, même avec un code. Elle n’en est pas avertie.
    .theirs = Ce professionnel ne lira plus jamais cet espace, même en urgence, même avec un code. Il n’en est pas averti.
consent-do-unblock = Débloquer { $name }
consent-do-unblock-what = Cette personne n’est plus bloquée. Elle ne retrouve pas l’accès pour autant : c’est à vous de l’autoriser de nouveau.
    .theirs = Ce professionnel n’est plus bloqué. Il ne retrouve pas l’accès pour autant : il faut l’autoriser de nouveau.
consent-do-treating = Choisir { $name } comme médecin traitant
consent-do-treating-what = Votre médecin traitant voit tous vos documents, même ceux que vous cachez aux autres.
    .theirs = Le médecin traitant voit tous les documents de cet espace, même ceux qui sont cachés aux autres.
consent-do-treating-end = Ne plus avoir { $name } comme médecin traitant
consent-do-treating-end-what = Ce médecin perd ce rôle et ne verra plus les documents que vous cachez.
    .theirs = Ce médecin perd ce rôle et ne verra plus les documents cachés.
consent-do-team = Autoriser l’équipe de { $name }
consent-do-team-what = Tous les professionnels qui travaillent là pourront lire vos documents, selon leur métier.
    .theirs = Tous les professionnels qui travaillent là pourront lire les documents de cet espace, selon leur métier.
consent-do-team-end = Retirer l’accès de l’équipe de { $name }
consent-do-team-end-what = Les personnes qui travaillent là ne sont plus autorisées, sauf celles que vous avez autorisées par leur nom.
    .theirs = Les personnes qui travaillent là ne sont plus autorisées, sauf celles qui le sont par leur nom.
consent-do-mode-team = Partager avec mon équipe de soins
    .theirs = Partager avec son équipe de soins
consent-do-mode-team-what = Les personnes que vous autorisez, et leurs collègues du même établissement, peuvent lire vos documents, selon leur métier.
    .theirs = Les personnes autorisées, et leurs collègues du même établissement, peuvent lire les documents de cet espace, selon leur métier.
consent-do-mode-ask = Me demander à chaque fois
    .theirs = Demander à chaque fois
consent-do-mode-ask-what = Seules les personnes que vous autorisez une par une peuvent lire vos documents.
    .theirs = Seules les personnes autorisées une par une peuvent lire les documents de cet espace.
consent-do-mode-nobody = Ne partager avec personne
consent-do-mode-nobody-what = Aucun professionnel n’entre, même votre médecin traitant, sauf avec un code que vous donnez. L’accès en urgence se règle à part.
    .theirs = Aucun professionnel n’entre, même le médecin traitant, sauf avec un code donné depuis cet espace. L’accès en urgence se règle à part.
consent-do-emergency-refuse = Refuser l’accès en urgence
consent-do-emergency-refuse-what = Si votre vie est en danger et que vous ne pouvez pas parler, les soignants ne pourront pas voir vos allergies, vos traitements ni vos maladies.
    .theirs = Si la vie de la personne est en danger et qu’elle ne peut pas parler, les soignants ne pourront pas voir ses allergies, ses traitements ni ses maladies.
consent-do-emergency-accept = Permettre l’accès en urgence
consent-do-emergency-accept-what = Si votre vie est en danger et que vous ne pouvez pas parler, quelqu’un qui vous soigne pourra entrer en écrivant pourquoi. Vous le saurez aussitôt.
    .theirs = Si la vie de la personne est en danger et qu’elle ne peut pas parler, quelqu’un qui la soigne pourra entrer en écrivant pourquoi. Ce sera écrit aussitôt dans le journal.
consent-do-call-centre-refuse = Refuser l’accès du médecin du 15
consent-do-call-centre-refuse-what = Quand quelqu’un appellera le 15 pour vous, le médecin qui répond ne verra ni vos allergies ni vos traitements.
    .theirs = Quand quelqu’un appellera le 15 pour cette personne, le médecin qui répond ne verra ni ses allergies ni ses traitements.
consent-do-call-centre-accept = Permettre l’accès du médecin du 15
consent-do-call-centre-accept-what = Quand quelqu’un appellera le 15 pour vous, le médecin qui répond pourra regarder votre espace. Vous le verrez dans votre journal.
    .theirs = Quand quelqu’un appellera le 15 pour cette personne, le médecin qui répond pourra regarder son espace. Ce sera écrit dans le journal.
consent-do-sender = Refuser les envois de { $name }
consent-do-sender-what = Cet établissement ne pourra plus rien ajouter à votre espace. Les documents déjà reçus restent. Vos soignants manqueront peut-être un résultat utile.
    .theirs = Cet établissement ne pourra plus rien ajouter à cet espace. Les documents déjà reçus restent. Les soignants manqueront peut-être un résultat utile.
consent-do-sender-end = Accepter de nouveau les envois de { $name }
consent-do-sender-end-what = Cet établissement pourra de nouveau ajouter des documents à votre espace.
    .theirs = Cet établissement pourra de nouveau ajouter des documents à cet espace.
consent-do-documents-hide = { $hide ->
    [one] Cacher ce document
   *[other] Cacher { $hide } documents
}
consent-do-documents-hide-what = Les professionnels ne sauront pas que cela existe, même en urgence. Les autres versions et les copies, aussi celles qui viendront, se cachent avec. La personne qui l’a écrit, si elle a accès à votre espace, et votre médecin traitant le voient encore : la loi le veut.
    .theirs = Les professionnels ne sauront pas que cela existe, même en urgence. Les autres versions et les copies, aussi celles qui viendront, se cachent avec. La personne qui l’a écrit, si elle a accès à cet espace, et le médecin traitant le voient encore : la loi le veut.
consent-do-documents-show = { $show ->
    [one] Montrer de nouveau ce document
   *[other] Montrer de nouveau { $show } documents
}
consent-do-documents-show-what = Les professionnels autorisés le verront, selon leur métier. Ses autres versions et ses copies qui sont là se montrent avec.
consent-do-documents = Changer ce qui est caché
consent-do-documents-what = Documents à cacher : { $hide }. Documents à montrer de nouveau : { $show }. Leurs autres versions et leurs copies vont avec. La personne qui a écrit un document caché, si elle a accès à votre espace, et votre médecin traitant le voient encore.
    .theirs = Documents à cacher : { $hide }. Documents à montrer de nouveau : { $show }. Leurs autres versions et leurs copies vont avec. La personne qui a écrit un document caché, si elle a accès à cet espace, et le médecin traitant le voient encore.
consent-do-family = Cacher tous les documents « { $name } »
consent-do-family-what = Ceux qui sont là et ceux qui viendront. La personne qui les a écrits, si elle a accès à votre espace, et votre médecin traitant les voient encore.
    .theirs = Ceux qui sont là et ceux qui viendront. La personne qui les a écrits, si elle a accès à cet espace, et le médecin traitant les voient encore.
consent-do-family-end = Montrer de nouveau les documents « { $name } »
consent-do-family-end-what = Les professionnels autorisés les verront, selon leur métier, sauf ceux que vous cachez un par un.
    .theirs = Les professionnels autorisés les verront, selon leur métier, sauf ceux qui sont cachés un par un.
consent-do-episode = Cacher « { $name } »
consent-do-episode-what = Tous les documents de ces jours-là sont cachés, aussi ceux qui viendront. La personne qui les a écrits, si elle a accès à votre espace, et votre médecin traitant les voient encore.
    .theirs = Tous les documents de ces jours-là sont cachés, aussi ceux qui viendront. La personne qui les a écrits, si elle a accès à cet espace, et le médecin traitant les voient encore.
consent-do-episode-end = Montrer de nouveau « { $name } »
consent-do-episode-end-what = Les professionnels autorisés verront ces documents, selon leur métier, sauf ceux que vous cachez un par un.
    .theirs = Les professionnels autorisés verront ces documents, selon leur métier, sauf ceux qui sont cachés un par un.
consent-do-loan-end = Arrêter ce code
consent-do-loan-end-what = Personne ne peut plus le taper. Les personnes entrées avec ce code perdent l’accès tout de suite.

consent-effect-title = Ce que cela change
consent-effect-sees = { $after ->
    [0] ne verra aucun document
    [one] verra un document
   *[other] verra { $after } documents
} { $before ->
    [0] (aujourd’hui : aucun)
    [one] (aujourd’hui : un)
   *[other] (aujourd’hui : { $before })
}
consent-effect-same = { $after ->
    [0] ne voit aucun document : rien ne change
    [one] voit un document : rien ne change
   *[other] voit { $after } documents : rien ne change
}
consent-effect-none = Aujourd’hui, cela ne change rien à ce que les professionnels voient.
consent-effect-unknown = Vous ne pouvez pas lire ces documents : nous ne pouvons pas vous dire combien chacun en verra.
consent-effect-already = C’est déjà le cas : il n’y a rien à changer.
consent-effect-of = Sur { $count ->
    [one] un document
   *[other] { $count } documents
} que vous voyez vous-même.
consent-back = Retour

consent-who-emergency = Un médecin qui vous soigne en urgence
    .theirs = Un médecin qui soigne la personne en urgence
consent-who-call-centre = Un médecin du 15, quand quelqu’un appelle pour vous
    .theirs = Un médecin du 15, quand quelqu’un appelle pour la personne
consent-who-team = Un médecin de { $place }
consent-who-code = Un médecin à qui vous donnez un code
    .theirs = Un médecin à qui un code est donné
consent-who-any = Un professionnel non autorisé
consent-who-job = { $name }, { $job }
consent-who-treating = { $name }, votre médecin traitant
    .theirs = { $name }, médecin traitant

consent-hidden = Ce que vous cachez
    .theirs = Ce qui est caché
consent-hidden-lead = Ce que vous cachez n’existe pas pour les professionnels, même en urgence. La personne qui l’a écrit, si elle a accès à votre espace, et votre médecin traitant le voient encore.
    .theirs = Ce qui est caché n’existe pas pour les professionnels, même en urgence. La personne qui l’a écrit, si elle a accès à cet espace, et le médecin traitant le voient encore.
consent-hidden-tag = Caché aux professionnels
consent-hidden-documents = Documents cachés
consent-hidden-nothing = Vous ne cachez aucun document.
    .theirs = Aucun document n’est caché.
consent-hidden-choose = Choisir les documents à cacher
consent-hidden-choose-lead = Cochez les documents que les professionnels ne doivent pas voir. Rien n’est changé avant que vous ayez vu l’effet.
consent-hidden-choose-none = Il n’y a aucun document à cacher.
consent-hidden-more = Montrer les documents plus anciens
consent-hidden-families = Cacher toute une sorte de documents
consent-hidden-families-text = Les documents de cette sorte qui arriveront plus tard seront cachés aussi.
consent-hidden-family = { $name } ({ $count })
consent-hidden-family-hide = Cacher
consent-hidden-family-show = Montrer de nouveau
consent-hidden-episodes = Cacher une période
consent-hidden-episodes-text = Par exemple, un séjour à l’hôpital : tous les documents de ces jours-là sont cachés.
consent-hidden-episode-days = Du { $from } au { $last }
consent-hidden-episode-place = Seulement : { $place }
consent-hidden-episode-name = Un nom, pour vous y retrouver
consent-hidden-episode-name-hint = Par exemple : « Séjour à la clinique ». Personne d’autre ne le lit.
consent-hidden-episode-from = Premier jour
consent-hidden-episode-last = Dernier jour
consent-hidden-episode-where = Seulement les documents de
consent-hidden-by-document = Caché par vous
    .theirs = Caché depuis cet espace
consent-hidden-by-family = Caché : toute la sorte « { $name } »
consent-hidden-by-episode = Caché : la période « { $name } »
consent-hidden-by-author = Caché par la personne qui l’a envoyé
consent-hide = Cacher ce document aux professionnels
consent-show = Montrer de nouveau ce document
consent-show-anyway = Montrer quand même ce document
consent-document-shown = Les professionnels autorisés peuvent voir ce document, selon leur métier.
consent-document-hidden = Les professionnels ne savent pas que ce document existe. La personne qui l’a écrit, si elle a accès à votre espace, et votre médecin traitant le voient encore.
    .theirs = Les professionnels ne savent pas que ce document existe. La personne qui l’a écrit, si elle a accès à cet espace, et le médecin traitant le voient encore.
consent-document-who = Voir qui, nom par nom

consent-sight-title = Qui pourrait voir ce document ?
consent-sight-lead = Voici, nom par nom, qui peut voir ce document aujourd’hui et qui ne le peut pas.
consent-sight-you = Vous
consent-sight-named = Professionnels que vous connaissez
    .theirs = Professionnels connus dans cet espace
consent-sight-others = Les autres professionnels
consent-sight-acting = Personnes qui peuvent agir pour vous
    .theirs = Personnes qui peuvent agir dans cet espace
consent-sight-author = Qui l’a écrit ou envoyé
consent-sight-never = Votre employeur, votre banque et votre assureur ne le voient jamais.
    .theirs = Un employeur, une banque ou un assureur ne le voit jamais.
consent-sight-yes = Voit ce document
consent-sight-no = Ne le voit pas
consent-sight-reads-back = Peut le relire
consent-sight-no-entry = N’entre pas dans votre espace.
    .theirs = N’entre pas dans cet espace.
consent-sight-hidden = Il est caché.
consent-sight-profession = Ce document n’est pas pour son métier.
consent-sight-software = Son logiciel peut relire ce qu’il a envoyé, rien d’autre.
consent-sight-change = Changer qui peut voir

consent-preview = Voir comme un professionnel
consent-preview-title = Ce que verrait { $name }
consent-preview-lead = Choisissez un professionnel ou un métier : vous verrez la même chose, ni plus ni moins.
consent-preview-who = Qui ?
consent-preview-label = Professionnel ou métier
consent-preview-missing = Choisissez un professionnel ou un métier dans la liste.
consent-preview-known = Un professionnel que vous connaissez
    .theirs = Un professionnel connu dans cet espace
consent-preview-profession = Un métier, comme si vous l’autorisiez
    .theirs = Un métier, comme si vous l’autorisiez ici
consent-preview-a = Un professionnel autorisé : { $job }
consent-preview-one = un professionnel autorisé ({ $job })
consent-preview-submit = Regarder
consent-preview-closed = Cette personne ne peut pas entrer dans votre espace aujourd’hui.
    .theirs = Cette personne ne peut pas entrer dans cet espace aujourd’hui.
consent-preview-if = Voici ce qu’elle verrait si vous l’autorisiez.
consent-preview-sees = { $count ->
    [0] Ne voit aucun document
    [one] Voit un document
   *[other] Voit { $count } documents
}
consent-preview-not = { $count ->
    [0] Voit tous vos documents
    [one] Ne voit pas un document
   *[other] Ne voit pas { $count } documents
}
    .theirs = { $count ->
        [0] Voit tous les documents de cet espace
        [one] Ne voit pas un document
       *[other] Ne voit pas { $count } documents
    }
consent-preview-not-hidden = { $count ->
    [one] Un est caché par vous ou par la personne qui l’a envoyé.
   *[other] { $count } sont cachés par vous ou par les personnes qui les ont envoyés.
}
    .theirs = { $count ->
        [one] Un est caché, ici ou par la personne qui l’a envoyé.
       *[other] { $count } sont cachés, ici ou par les personnes qui les ont envoyés.
    }
consent-preview-not-profession = { $count ->
    [one] Un n’est pas pour ce métier.
   *[other] { $count } ne sont pas pour ce métier.
}
consent-preview-other = Choisir quelqu’un d’autre
refusal-many = Il y en a déjà trop. Arrêtez-en un d’abord.
refusal-choose = Choisissez une réponse.
consent-filter = Vu par les professionnels
consent-filter-shown = Visible pour les personnes que vous autorisez
    .theirs = Visible pour les personnes autorisées
consent-filter-hidden = Caché aux professionnels
