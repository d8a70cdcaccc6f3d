# Comment une personne est prévenue hors de son espace : par e-mail, par notification. Aucun mot de santé dans les messages.
notice-title = Comment vous prévenir
notice-lead = Choisissez comment vous l’apprenez quand quelqu’un consulte votre espace ou y ajoute un document.
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
notice-confirmed = Nous vous prévenons par e-mail
notice-confirmed-text = Les messages vont à { $address }.
notice-push = Sur votre téléphone ou votre ordinateur
notice-push-none = Ce service n’envoie pas encore de notifications. Tout reste annoncé dans votre espace.
notice-push-text = Une notification s’affiche sur cet appareil, même quand votre espace est fermé. Faites-le seulement sur un appareil à vous : elle se voit sur l’écran.
notice-push-name = Nom de cet appareil
notice-push-name-hint = Pour le retrouver dans la liste. Par exemple : mon téléphone.
notice-push-add = Prévenir cet appareil
notice-push-remove = Ne plus prévenir
notice-push-since = Reçoit les notifications depuis { $when }
notice-push-here = Cet appareil
notice-push-denied = Votre navigateur refuse les notifications de ce site. Vous pouvez les autoriser dans ses réglages, puis recommencer ici. L’e-mail reste possible.
notice-push-failed = Le navigateur n’a pas pu activer les notifications. Réessayez plus tard. L’e-mail reste possible.
notice-push-unsupported = Pas de notification avec ce navigateur
notice-push-unsupported-text = Ce navigateur ne sait pas recevoir de notifications ici, ou JavaScript y est désactivé. Vous pouvez choisir l’e-mail, ou ouvrir cette page avec un autre navigateur. Sur un iPhone ou un iPad, ajoutez d’abord ce site à l’écran d’accueil, puis ouvrez-le de là.
notice-of = Ce qui vous est annoncé
notice-of-what = Me prévenir
notice-of-accesses = de chaque accès par quelqu’un d’autre
notice-of-documents = de chaque document ajouté par quelqu’un d’autre
notice-of-represented = de la même chose dans l’espace de mes enfants mineurs, ou des personnes dont j’ai la tutelle
notice-always = Un accès en urgence, le premier accès d’un professionnel, la réponse à un signalement et tout ce qui touche à vos clés d’accès et à vos codes de secours vous sont toujours annoncés tout de suite. Le reste est regroupé : un message par heure au plus pour chaque espace.
notice-save = Enregistrer
notice-forget = Ne plus recevoir d’e-mails
notice-never = Ce que dit le message
notice-never-text = Toujours la même phrase et un lien pour vous connecter. Jamais le nom d’un professionnel, d’un document ou d’une maladie.
notice-mail-subject = Du nouveau sur { $name }
notice-mail-text = Il y a du nouveau dans votre espace { $name }.
notice-represented-text = Il y a du nouveau dans un espace { $name } dont vous vous occupez.
notice-code-subject = Votre code pour { $name }
notice-code-text = Voici le code qui confirme votre adresse e-mail pour votre espace { $name } :
notice-code-not-you = Vous n’avez rien demandé ? Ne faites rien : sans ce code, rien ne vous sera envoyé.
refusal-notice-address = Cette adresse e-mail n’est pas utilisable. Vérifiez-la : elle ressemble à nom@exemple.fr.
refusal-push-name = Donnez un nom à cet appareil, pour le retrouver dans la liste.
refusal-push-service = Les notifications de ce navigateur passent par un service que nous n’utilisons pas. Choisissez l’e-mail, ou un autre navigateur.
refusal-push-subscription = Le navigateur n’a pas pu activer les notifications. Rechargez la page et recommencez.
refusal-push-many = Vous avez déjà dix appareils. Retirez-en un de la liste, puis recommencez.
refusal-notice-code = Ce code n’est pas le bon, ou il est trop ancien. Vérifiez le dernier e-mail, ou demandez un nouveau code.
journal-notice-chosen = { $person ->
    [you] { $how ->
        [nothing] Vous avez choisi de ne plus recevoir d’e-mails
        [device-added] Vous avez choisi de recevoir des notifications sur un appareil
        [device-removed] Vous avez choisi de ne plus recevoir de notifications sur un appareil
       *[other] Vous avez choisi comment nous vous prévenons
    }
   *[other] { $how ->
        [device-gone] Un appareil ne reçoit plus de notifications : il a été retiré de la liste
       *[other] { $who } a changé la manière de vous prévenir
    }
}
journal-notice-sent = { $how ->
    [push] Une notification vous a dit qu’il y avait du nouveau
   *[other] Un e-mail vous a dit qu’il y avait du nouveau
}
