# L’annuaire : professionnels, structures, activités.
directory-situation-title = Où exercez-vous maintenant ?
directory-situation-lead = Vous avez plusieurs activités. Celle que vous choisissez est écrite dans le journal de chaque patient dont vous ouvrez l’espace.
directory-situation-label = Votre activité
directory-situation-button = Continuer
directory-situation-missing = Une activité manque ou n’est plus la vôtre ? L’annuaire suit votre ordre : faites-la corriger auprès de lui.
directory-structure-unnamed = Structure sans nom
directory-missing-situation = Choisissez une activité
directory-mode-self-employed = en libéral
directory-mode-employed = salarié
directory-mode-volunteer = bénévole
refusal-situation-unknown = Cette activité n’est plus la vôtre. Choisissez-en une autre.
refusal-situation-needed = Choisissez d’abord où vous exercez.
