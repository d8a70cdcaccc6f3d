# Refus. `refusal-<code>` : ce qui s’est passé, puis quoi faire.
refusal-title-sign-in = Connectez-vous pour continuer
refusal-title-forbidden = Vous n’avez pas accès à cette page
refusal-title-not-found = Cette page n’existe pas
refusal-title-conflict = Ce n’est plus possible
refusal-title-gone = Ce n’est plus là
refusal-title-too-large = C’est trop volumineux
refusal-title-slow-down = Un instant, s’il vous plaît
refusal-title-fault = Nous avons un problème
refusal-title-invalid = Cette demande ne peut pas être traitée
refusal-invalid = Ce qui a été envoyé n’est pas utilisable. Revenez en arrière et vérifiez votre saisie.
refusal-not-found = Il n’y a rien pour vous à cette adresse. Vérifiez l’adresse, ou repartez de l’accueil.
refusal-fault = Ce n’est pas de votre fait, et rien de ce qui était enregistré n’est perdu. Réessayez dans quelques minutes.
refusal-wait = Vous pourrez réessayer dans { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}.
refusal-reference = Si vous contactez l’aide, donnez cette référence : { $reference }
refusal-home = Revenir à l’accueil
refusal-form-expired = La page était ouverte depuis trop longtemps. Rien n’a été enregistré : revenez en arrière, rechargez la page et recommencez.
refusal-not-permitted = Cette action n’est pas permise ici.
refusal-no-consent = Cette personne ne vous a pas donné accès à son espace.
refusal-sharing-of-a-minor = À votre âge, ce sont vos parents, ou la personne qui exerce l’autorité parentale, qui décident qui peut voir votre espace. Vous pouvez en parler avec eux. Votre journal vous montre qui l’a consulté.
refusal-space-closed = Cet espace est fermé : personne ne peut le consulter.
refusal-session-ended = Votre connexion a expiré. Reconnectez-vous : vous reviendrez où vous étiez.
