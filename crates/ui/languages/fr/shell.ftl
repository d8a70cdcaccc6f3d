# Ce qui entoure chaque page.
shell-skip = Aller au contenu
shell-title-error = Erreur :
shell-demo = Démonstration : toutes les personnes et tous les documents sont inventés.
shell-sign-in = Se connecter
shell-sign-out = Se déconnecter
shell-signed-in = Votre nom :
shell-title-acting = pour { $name }
shell-acting-label = Pour qui vous agissez
shell-acting-own = Vous êtes dans votre espace
shell-acting = Vous agissez pour { $name }
shell-acting-relation = — espace de { $relation }
shell-acting-until = jusqu’au { $date }
shell-acting-stop = Revenir à mon espace
shell-acting-switch = Changer
shell-acting-switch-what = d’espace
shell-acting-here = ouvert
shell-relation-own = votre espace
shell-relation-child = { $sex ->
    [F] votre fille
    [M] votre fils
   *[I] votre enfant
}
shell-relation-parent = { $sex ->
    [F] votre mère
    [M] votre père
   *[I] votre parent
}
shell-relation-partner = { $sex ->
    [F] votre compagne
    [M] votre compagnon
   *[I] la personne qui partage votre vie
}
shell-relation-ward = la personne que vous représentez
shell-relation-helped = la personne que vous aidez
shell-situation = Vous agissez en tant que
shell-situation-change = changer
shell-situation-change-what = d’activité
shell-menu = Menu principal
shell-menu-home = Accueil
shell-menu-documents = Documents
shell-menu-sharing = Qui peut voir
shell-menu-journal = Qui a vu
shell-menu-account = Mon compte
shell-menu-find = Trouver une personne
shell-menu-enrolment = Création des espaces
shell-menu-opposition = Oppositions
shell-footer = Pied de page
shell-help = Aide
shell-accessibility = Accessibilité
shell-privacy = Vos données et vos droits
shell-legal = Mentions légales
shell-promise = { $name } : vos documents de santé, au même endroit, et vous savez qui les a vus.
shell-crumbs = Vous êtes ici
shell-pages = Pages
shell-page = Page { $page }
shell-previous = Précédente
shell-next = Suivante
shell-newer = Plus récents
shell-older = Plus anciens
shell-search = Rechercher
shell-filters = Filtrer la liste
shell-filters-set = ({ $count ->
    [one] { $count } filtre actif
   *[other] { $count } filtres actifs
})
shell-filters-apply = Filtrer
shell-filters-reset = Enlever les filtres
shell-print = Imprimer
shell-copy = Copier
shell-copied = Copié
shell-steps = Étapes
shell-step = Étape { $current } sur { $total }
shell-step-done = (fait)
