# Formulaires.
form-optional = (facultatif)
form-error-prefix = Erreur :
form-errors = { $count ->
    [one] Il y a une chose à corriger
   *[other] Il y a { $count } choses à corriger
}
form-select = Choisissez…
form-select-any = Peu importe
form-date-day = Jour
form-date-month = Mois
form-date-year = Année
form-date-missing-day = Indiquez le jour
form-date-missing-month = Indiquez le mois
form-date-missing-year = Indiquez l’année
form-date-year-short = Écrivez l’année avec quatre chiffres, par exemple 1979
form-date-none = Cette date n’existe pas : vérifiez le jour, le mois et l’année
form-passkey-unsupported = Votre navigateur ne permet pas d’utiliser une clé d’accès ici. Essayez avec votre téléphone, ou avec la dernière version de votre navigateur.
form-passkey-cancelled = La demande a été annulée ou a pris trop de temps. Vous pouvez recommencer.
form-passkey-failed = Cela n’a pas fonctionné. Recommencez dans un instant.
form-passkey-known = Cet appareil a déjà une clé d’accès pour votre espace.
