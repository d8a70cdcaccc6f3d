# « Je ne reconnais pas ceci » : signaler une ligne du journal, et la réponse de l’équipe.
report-title = Je ne reconnais pas ceci
report-lead = Signalez cette ligne à l’équipe qui gère le service. Elle cherche ce qui s’est passé et vous répond ici.
report-the-line = La ligne que vous signalez
report-why-label = Ce qui vous surprend
report-why-hint = Par exemple : je ne connais pas ce médecin. N’écrivez rien sur votre santé.
report-sent-with = L’équipe reçoit cette ligne et ce que vous écrivez. Elle ne voit aucun document.
report-send = Signaler cette ligne
report-not-waiting = Si vous pensez que quelqu’un vous veut du mal, n’attendez pas la réponse : retirez d’abord son accès.
report-sharing = Voir qui a accès
report-done = Votre signalement est envoyé. La réponse arrivera ici.
report-yours = Vos signalements
    .theirs = Les signalements
report-yours-lead = Les lignes du journal que vous n’avez pas reconnues, et ce que l’équipe a trouvé.
    .theirs = Les lignes du journal qui n’ont pas été reconnues, et ce que l’équipe a trouvé.
report-yours-none = Vous n’avez rien signalé
    .theirs = Rien n’a été signalé
report-yours-none-text = Dans le journal, chaque ligne a un lien « Je ne reconnais pas ceci ».
report-link = Je ne reconnais pas ceci
report-sent = Signalé
report-answered-when = Répondu
report-why = Ce que dit la personne
report-your-words = Vous avez écrit
    .theirs = Ce qui a été écrit
report-why-none = Rien
report-answer = Réponse
report-answer-of-team = Réponse de l’équipe
report-state-new = En attente
report-state-answered = Répondu
report-state-closed = Clos
report-desk = Signalements
report-desk-lead = Des personnes n’ont pas reconnu une ligne de leur journal. Ouvrir un signalement est noté dans le journal de la personne.
report-desk-none = Aucun signalement
report-desk-none-text = Rien n’est dans cet état pour le moment.
report-desk-more = Cette page montre { $count } signalements. Il y en a peut-être d’autres : ils apparaissent ici quand ceux-ci changent d’état.
report-of = Signalé { $when }
report-number = Numéro { $number }
report-one = Signalement { $number }
report-one-lead = La ligne telle que la personne l’a lue. Répondez avec des mots simples : elle vous lira dans son espace.
report-line = Ligne du journal
report-line-when = Date de l’acte
report-account = Compte du professionnel
report-answering = Répondre à la personne
report-answer-hint = Ce que vous avez trouvé, et ce que la personne peut faire. Rien sur sa santé.
report-answer-send = Envoyer la réponse
report-close = Clore
refusal-report-answer = Écrivez ce que vous avez trouvé.
refusal-report-many = Vous avez déjà beaucoup de signalements en attente. L’équipe va y répondre : attendez une réponse avant d’en envoyer un autre.
refusal-report-closed = Ce signalement est déjà clos.
refusal-report-unanswered = Répondez d’abord à la personne, puis fermez son signalement.
journal-reported = { $person ->
    [you] Vous avez signalé une ligne du journal que vous ne reconnaissiez pas
   *[other] { $who } a signalé une ligne du journal
}
journal-report-read = { $who } a lu un signalement venu de votre espace { $count ->
    [one] { "" }
   *[other] { $count } fois
}
    .theirs = { $who } a lu un signalement venu de cet espace { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
journal-report-answered = { $who } a répondu à un signalement
journal-report-closed = { $who } a clos un signalement
