# Pages de l’exploitant.
operator-title = Création des espaces
operator-lead = Par vague et par département.
operator-csv = Télécharger (CSV)
operator-none = Aucune vague n’est annoncée
operator-none-text = Annoncez une vague avec la commande carnet enrol.
operator-wave = Vague { $number }
operator-window = Annoncée le { $from }, opposition possible pendant { $weeks ->
    [one] { $weeks } semaine
   *[other] { $weeks } semaines
}, jusqu’au { $to }.
operator-nobody = Personne n’est encore annoncé dans cette vague.
operator-people = Personnes et espaces
operator-department = Département
operator-announced = Annoncées
operator-opposed = Opposées
operator-opened = Espaces créés
operator-closed = Fermés
operator-activated = Activés
operator-active = Actives ce mois
operator-visit = Visite moyenne
operator-documents = Documents
operator-profiles = Profils remplis
operator-minutes = { $minutes } min { $seconds } s
operator-received = Documents reçus
operator-by = Compté par
operator-kind = Valeur
operator-by-type = type de document
operator-by-sender = genre d’émetteur
operator-oppose-title = Noter une opposition
operator-oppose-lead = Pour une personne qui s’est opposée par téléphone ou par courrier, avant la fin de son délai.
operator-oppose-reason = Comment l’opposition est arrivée
operator-oppose-reason-hint = Par exemple : courrier du 12 novembre. Ce texte reste avec la décision.
operator-oppose-button = Enregistrer l’opposition
operator-oppose-done = L’opposition est enregistrée.
refusal-person-unknown = Personne n’est connu sous ce numéro.
operator-sender-laboratory = laboratoire
operator-sender-hospital = hôpital
operator-sender-practice = cabinet ou maison de santé
operator-sender-pharmacy = pharmacie
operator-sender-imaging = imagerie
operator-sender-social = médico-social
operator-sender-insurer = assurance maladie
operator-sender-other = autre
operator-sender-self = la personne elle-même
