# Comment une personne est prévenue hors de son espace. Aucun mot de santé dans les messages.
notice-title = Comment vous prévenir
notice-lead = Choisissez comment vous êtes prévenu quand quelqu’un consulte votre espace ou y ajoute un document.
notice-inside = Dans votre espace, toujours
notice-inside-text = Chaque accès et chaque nouveau document sont notés ici, et annoncés sur votre page d’accueil.
notice-email = Par e-mail
notice-email-none = Ce service n’envoie pas encore d’e-mails. Tout reste annoncé dans votre espace.
notice-address = Votre adresse e-mail
notice-other-address = Une autre adresse e-mail
notice-address-hint = Par exemple : nom@exemple.fr. Nous y envoyons un code, pour être sûrs qu’elle est à vous.
notice-address-send = M’envoyer un code
notice-code = Le code reçu par e-mail
notice-code-hint = Huit lettres et chiffres, par exemple ABCD-EFGH. Il est valable trente minutes.
notice-code-confirm = Confirmer mon adresse
notice-code-sent = Un code a été envoyé à { $address }. Regardez aussi dans les courriers indésirables.
notice-code-again = Renvoyer un code
notice-code-give-up = Ne pas utiliser cette adresse
notice-confirmed = Vous êtes prévenu par e-mail
notice-confirmed-text = Les messages vont à { $address }.
notice-of = Me prévenir
notice-of-accesses = de chaque accès par quelqu’un d’autre
notice-of-documents = de chaque document ajouté par quelqu’un d’autre
notice-always = Un accès en urgence, le premier accès d’un professionnel et la réponse à un signalement vous sont toujours annoncés tout de suite. Le reste est regroupé : un message par heure au plus.
notice-save = Enregistrer
notice-forget = Ne plus recevoir d’e-mails
notice-never = Ce que dit le message
notice-never-text = Toujours la même phrase et un lien pour vous connecter. Jamais le nom d’un professionnel, d’un document ou d’une maladie.
notice-mail-subject = Du nouveau dans votre espace { $name }
notice-mail-text = Il y a du nouveau dans votre espace { $name }.
notice-code-subject = Votre code pour { $name }
notice-code-text = Voici le code qui confirme votre adresse e-mail pour votre espace { $name } :
notice-code-not-you = Vous n’avez rien demandé ? Ne faites rien : sans ce code, rien ne vous sera envoyé.
refusal-notice-address = Cette adresse e-mail n’est pas utilisable. Vérifiez-la : elle ressemble à nom@exemple.fr.
refusal-notice-code = Ce code n’est pas le bon, ou il est trop ancien. Vérifiez le dernier e-mail, ou demandez un nouveau code.
journal-notice-chosen = { $person ->
    [you] { $how ->
        [nothing] Vous avez choisi de ne plus être prévenu par e-mail
       *[other] Vous avez choisi comment être prévenu par e-mail
    }
   *[other] { $who } a changé la manière de vous prévenir
}
journal-notice-sent = Un e-mail vous a prévenu qu’il y avait du nouveau
