# Le journal : qui a fait quoi, en phrases.
journal-title = Qui a vu
journal-lead = Tout ce qui s’est passé dans votre espace : qui a consulté, déposé, modifié, et ce qui a été refusé.
    .theirs = Tout ce qui s’est passé dans cet espace : qui a consulté, déposé, modifié, et ce qui a été refusé.
journal-export = Télécharger le journal (CSV)
journal-empty = Rien dans le journal pour le moment
journal-empty-text = Chaque accès à votre espace sera noté ici.
    .theirs = Chaque accès à cet espace sera noté ici.
journal-none-found = Rien ne correspond
journal-none-found-text = Enlevez un filtre pour voir le reste du journal.
journal-all = Voir tout le journal
journal-filter-who = Qui
journal-by-others = Les autres
journal-by-me = Moi
journal-filter-what = Quoi
journal-about-looks = Consultations
journal-about-documents = Dépôts et retraits de documents
journal-about-refusals = Refus
journal-about-account = Compte et autorisations
journal-you = Vous
journal-operator = L’équipe qui gère le service
journal-app = L’application { $app } ({ $organization })
journal-system = Le service
journal-nobody = Quelqu’un
journal-between = entre { $from } et { $to }
journal-reason = Motif donné : { $reason }
journal-why-no-consent = Refusé : vous n’avez pas autorisé ce professionnel.
    .theirs = Refusé : ce professionnel n’était pas autorisé.
journal-why-traits-mismatch = Refusé : l’identité écrite dans le document n’était pas la vôtre.
    .theirs = Refusé : l’identité écrite dans le document n’était pas celle de la personne.
journal-why-duplicate-unique-id = Refusé : un autre document portait déjà ce numéro.
journal-why-replaced-not-yours = Refusé : seul l’auteur d’un document peut le remplacer.
journal-why-replaced-not-current = Refusé : le document à remplacer l’avait déjà été.
journal-why-replaced-unknown = Refusé : le document à remplacer n’existe pas.
journal-why-idempotency-key-reused = Refusé : erreur du logiciel qui envoyait le document.
journal-why-space-closed = Refusé : votre espace est fermé.
    .theirs = Refusé : cet espace est fermé.
journal-why-not-permitted = Refusé : cette action n’est pas permise.
journal-why-other = Refusé.
journal-csv-rank = Rang
journal-csv-date = Date
journal-csv-time = Heure
journal-csv-who = Qui
journal-csv-structure = Structure
journal-csv-rpps = RPPS
journal-csv-sentence = Action
journal-csv-type = Type de document
journal-csv-document = Document
journal-csv-outcome = Résultat
journal-csv-reason = Motif
journal-csv-right = À quel titre
journal-csv-done = Fait
journal-opened = { $person ->
    [you] Votre espace a été ouvert
   *[other] { $who } a ouvert votre espace
}
    .theirs = { $person ->
        [you] Vous avez ouvert l’espace
       *[other] { $who } a ouvert l’espace
    }
journal-closed = { $person ->
    [you] Vous avez fermé votre espace
   *[other] { $who } a fermé votre espace
}
    .theirs = { $person ->
        [you] Vous avez fermé l’espace
       *[other] { $who } a fermé l’espace
    }
journal-reopened = { $person ->
    [you] Vous avez rouvert votre espace
   *[other] { $who } a rouvert votre espace
}
    .theirs = { $person ->
        [you] Vous avez rouvert l’espace
       *[other] { $who } a rouvert l’espace
    }
journal-identity-updated = { $person ->
    [you] Vous avez changé vos coordonnées
   *[other] { $who } a mis à jour votre identité ou vos coordonnées
}
    .theirs = { $person ->
        [you] Vous avez changé les coordonnées
       *[other] { $who } a mis à jour l’identité ou les coordonnées
    }
journal-activated = { $person ->
    [you] Vous avez activé votre espace
   *[other] { $who } a activé votre espace
}
    .theirs = { $person ->
        [you] Vous avez activé l’espace
       *[other] { $who } a activé l’espace
    }
journal-signed-in = { $person ->
    [you] { $how ->
        [outside] Vous avez ouvert une session avec { $whom }
        [recovery-code] Vous avez ouvert une session avec un code de secours
        [confirmed] Vous avez montré à nouveau votre clé d’accès
       *[other] Vous avez ouvert une session
    } { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
   *[other] { $how ->
        [outside] { $who } a ouvert une session avec { $whom }
        [recovery-code] { $who } a ouvert une session avec un code de secours
       *[other] { $who } a ouvert une session
    }
}
journal-sign-in-refused = { $person ->
    [you] { $count ->
        [one] Une connexion à votre espace a été refusée
       *[other] { $count } connexions à votre espace ont été refusées
    }
   *[other] { $count ->
        [one] Une connexion à votre espace a été refusée
       *[other] { $count } connexions à votre espace ont été refusées
    }
}
    .theirs = { $count ->
        [one] Une connexion à cet espace a été refusée
       *[other] { $count } connexions à cet espace ont été refusées
    }
journal-signed-out = { $person ->
    [you] Vous avez fermé votre session
   *[other] { $how ->
        [outside] La session a été fermée, parce que celle de { $whom } est terminée
        [service] Le service a fermé la session
       *[other] { $who } a fermé sa session
    }
}
journal-passkey-added = { $person ->
    [you] Vous avez ajouté une clé d’accès
   *[other] { $who } a ajouté une clé d’accès
}
journal-passkey-removed = { $person ->
    [you] Vous avez retiré une clé d’accès
   *[other] { $who } a retiré une clé d’accès
}
journal-recovery-codes-made = { $person ->
    [you] Vous avez créé des codes de secours
   *[other] { $who } a créé des codes de secours
}
journal-way-in-closed = { $person ->
    [you] Vous avez fermé { $whom } : on n’entre plus dans votre espace par là
   *[other] { $who } a fermé { $whom } : on n’entre plus dans l’espace par là
}
journal-way-in-opened = { $person ->
    [you] Vous avez rouvert { $whom } pour vous connecter
   *[other] { $who } a rouvert { $whom } pour se connecter
}
journal-deposited = { $person ->
    [you] Vous avez ajouté { $count ->
        [one] un document
       *[other] { $count } documents
    }
   *[other] { $who } a déposé { $count ->
        [one] un document
       *[other] { $count } documents
    }
}
journal-withdrawn = { $person ->
    [you] Vous avez retiré un document
   *[other] { $who } a retiré un document
}
journal-amended = { $person ->
    [you] Vous avez modifié un document
   *[other] { $who } a modifié un document
}
journal-deposit-refused = { $person ->
    [you] { $count ->
        [one] Un document que vous vouliez ajouter a été refusé
       *[other] { $count } documents que vous vouliez ajouter ont été refusés
    }
   *[other] { $who } a voulu déposer { $count ->
        [one] un document : refusé
       *[other] { $count } documents : refusés
    }
}
journal-allowed = { $person ->
    [you] Vous avez autorisé { $whom } à consulter votre espace
   *[other] { $who } a autorisé { $whom } à consulter votre espace
}
    .theirs = { $person ->
        [you] Vous avez autorisé { $whom } à consulter l’espace
       *[other] { $who } a autorisé { $whom } à consulter l’espace
    }
journal-presence = { $person ->
    [you] Vous avez donné votre accord en présence d’un professionnel
   *[other] { $who } a déclaré que vous étiez d’accord, en sa présence, pour consulter votre espace
}
    .theirs = { $person ->
        [you] Vous avez donné votre accord en présence d’un professionnel
       *[other] { $who } a déclaré que la personne était d’accord, en sa présence, pour qu’il consulte l’espace
    }
journal-code-typed = { $person ->
    [you] Vous avez tapé un code
   *[other] { $who } a tapé un code que vous lui avez donné, et peut consulter votre espace
}
    .theirs = { $person ->
        [you] Vous avez tapé un code
       *[other] { $who } a tapé un code de cet espace, et peut le consulter
    }
journal-disallowed = { $person ->
    [you] Vous avez retiré l’autorisation de { $whom }
   *[other] { $who } a retiré l’autorisation de { $whom }
}
journal-sharing-read = { $person ->
    [you] Vous avez regardé qui peut voir votre espace { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
   *[other] { $who } a regardé qui peut voir votre espace { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
}
    .theirs = { $person ->
        [you] Vous avez regardé qui peut voir l’espace { $count ->
            [one] { "" }
           *[other] { $count } fois
        }
       *[other] { $who } a regardé qui peut voir l’espace { $count ->
            [one] { "" }
           *[other] { $count } fois
        }
    }
journal-list-read = { $person ->
    [you] Vous avez consulté la liste de vos documents { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
   *[other] { $who } a consulté la liste de vos documents { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
}
    .theirs = { $person ->
        [you] Vous avez consulté la liste des documents { $count ->
            [one] { "" }
           *[other] { $count } fois
        }
       *[other] { $who } a consulté la liste des documents { $count ->
            [one] { "" }
           *[other] { $count } fois
        }
    }
journal-document-read = { $person ->
    [you] Vous avez lu { $count ->
        [one] un document
       *[other] { $count } documents
    }
   *[other] { $who } a lu { $count ->
        [one] un document
       *[other] { $count } documents
    }
}
journal-looked-up = { $who } a cherché si vous avez un espace { $count ->
    [one] { "" }
   *[other] ({ $count } fois)
}
    .theirs = { $who } a cherché si cet espace existe { $count ->
        [one] { "" }
       *[other] ({ $count } fois)
    }
journal-searched = { $person ->
    [you] Vous avez fait { $count ->
        [one] une recherche
       *[other] { $count } recherches
    } dans vos documents
   *[other] { $who } a fait { $count ->
        [one] une recherche
       *[other] { $count } recherches
    } dans vos documents
}
    .theirs = { $person ->
        [you] Vous avez fait { $count ->
            [one] une recherche
           *[other] { $count } recherches
        } dans les documents
       *[other] { $who } a fait { $count ->
            [one] une recherche
           *[other] { $count } recherches
        } dans les documents
    }
journal-journal-read = { $person ->
    [you] Vous avez consulté ce journal { $count ->
        [one] { "" }
       *[other] { $count } fois
    }
   *[other] { $who } a consulté ce journal
}
journal-exported = { $person ->
    [you] Vous avez exporté des données de votre espace
   *[other] { $who } a exporté des données de votre espace
}
    .theirs = { $person ->
        [you] Vous avez exporté des données de l’espace
       *[other] { $who } a exporté des données de l’espace
    }
journal-profile-read = { $person ->
    [you] Vous avez consulté votre profil
   *[other] { $who } a consulté votre profil
}
    .theirs = { $person ->
        [you] Vous avez consulté le profil
       *[other] { $who } a consulté le profil
    }
journal-downloaded = { $person ->
    [you] Vous avez téléchargé { $count ->
        [one] un document
       *[other] { $count } documents
    }
   *[other] { $who } a téléchargé { $count ->
        [one] un document
       *[other] { $count } documents
    }
}
journal-refused = { $person ->
    [you] { $count ->
        [one] Une action que vous avez demandée a été refusée
       *[other] { $count } actions que vous avez demandées ont été refusées
    }
   *[other] { $who } { $how ->
        [depositDocument] { $count ->
            [one] a voulu déposer un document : refusé
           *[other] a voulu déposer { $count } documents : refusé
        }
       *[other] { $count ->
            [one] a voulu accéder à votre espace : refusé
           *[other] a voulu accéder à votre espace { $count } fois : refusé
        }
    }
}
    .theirs = { $person ->
        [you] { $count ->
            [one] Une action que vous avez demandée a été refusée
           *[other] { $count } actions que vous avez demandées ont été refusées
        }
       *[other] { $who } { $how ->
            [depositDocument] { $count ->
                [one] a voulu déposer un document : refusé
               *[other] a voulu déposer { $count } documents : refusé
            }
           *[other] { $count ->
                [one] a voulu accéder à l’espace : refusé
               *[other] a voulu accéder à l’espace { $count } fois : refusé
            }
        }
    }
journal-indexed = { $person ->
    [you] Vous avez préparé la recherche dans { $count ->
        [one] un document
       *[other] { $count } documents
    }
   *[other] { $who } a préparé la recherche dans { $count ->
        [one] un document
       *[other] { $count } documents
    } ; aucune personne n’y a accédé
}
journal-delegation-offered = { $person ->
    [you] Vous avez demandé à { $whom } d’agir pour vous
   *[other] { $who } a demandé à { $whom } d’agir pour vous
}
    .theirs = { $person ->
        [you] Vous avez demandé à { $whom } d’agir dans cet espace
       *[other] { $who } a demandé à { $whom } d’agir dans cet espace
    }
journal-delegation-accepted = { $person ->
    [you] Vous avez accepté d’agir pour { $whom }
   *[other] { $who } a accepté d’agir pour vous
}
    .theirs = { $person ->
        [you] Vous avez accepté d’agir dans cet espace
       *[other] { $who } a accepté d’agir dans cet espace
    }
journal-delegation-renewed = { $person ->
    [you] Vous avez prolongé l’accès de { $whom }, qui agit pour vous
   *[other] { $who } a prolongé l’accès de { $whom }, qui agit pour vous
}
    .theirs = { $person ->
        [you] Vous avez prolongé l’accès de { $whom } à cet espace
       *[other] { $who } a prolongé l’accès de { $whom } à cet espace
    }
journal-delegation-ended = { $person ->
    [you] Vous avez mis fin à l’aide entre vous et { $whom }
   *[other] { $who } a mis fin à l’aide de { $whom }
}
journal-guardian-began = { $person ->
    [you] Vous avez enregistré { $whom } comme tuteur ou tutrice
   *[other] { $who } a enregistré { $whom } comme votre tuteur ou tutrice, par décision de justice
}
    .theirs = { $person ->
        [you] Vous avez enregistré { $whom } comme tuteur ou tutrice
       *[other] { $who } a enregistré { $whom } comme tuteur ou tutrice, par décision de justice
    }
journal-guardian-ended = { $person ->
    [you] Vous avez mis fin à la tutelle de { $whom }
   *[other] { $who } a enregistré la fin de la tutelle de { $whom }
}
journal-kept-secret = { $person ->
    [you] Vous avez gardé un document secret pour les personnes qui agissent pour vous
   *[other] { $who } a gardé un document secret
}
journal-secret-lifted = { $person ->
    [you] Vous ne gardez plus secret un document
   *[other] { $who } ne garde plus secret un document
}
journal-acting-began = { $person ->
    [you] { $whom ->
        [none] Vous avez ouvert cet espace
       *[other] Vous avez ouvert l’espace de { $whom }, pour qui vous agissez
    }
   *[other] { $who } a ouvert votre espace
}
    .theirs = { $person ->
        [you] { $whom ->
            [none] Vous avez ouvert cet espace
           *[other] Vous avez ouvert l’espace de { $whom }, pour qui vous agissez
        }
       *[other] { $who } a ouvert l’espace
    }
journal-assisted-at-desk = { $person ->
    [you] Vous avez reçu de l’aide à un guichet
   *[other] { $who } vous a apporté de l’aide à un guichet, en votre présence
}
    .theirs = { $person ->
        [you] Vous avez reçu de l’aide à un guichet
       *[other] { $who } a aidé la personne à un guichet, en sa présence
    }
journal-invitation-taken = { $person ->
    [you] Vous avez saisi le code d’une invitation
   *[other] { $who } a saisi le code de votre invitation
}
    .theirs = { $person ->
        [you] Vous avez saisi le code d’une invitation
       *[other] { $who } a saisi le code d’une invitation
    }
journal-decided = { $person ->
    [you] Vous avez changé qui peut voir quoi dans votre espace
   *[other] { $who } a changé qui peut voir quoi dans votre espace
}
    .theirs = { $person ->
        [you] Vous avez changé qui peut voir quoi dans cet espace
       *[other] { $who } a changé qui peut voir quoi dans cet espace
    }
journal-glass-broken = { $who } a ouvert votre espace en urgence
    .theirs = { $who } a ouvert cet espace en urgence
journal-call-answered = { $who } a ouvert votre espace pour un appel au centre 15
    .theirs = { $who } a ouvert cet espace pour un appel au centre 15
journal-secret-began = { $who } a ouvert votre espace en connexion secrète, à votre demande
journal-secret-ended = { $who } a quitté la connexion secrète
journal-announced = { $who } vous a annoncé un résultat, que vous pouvez maintenant lire
    .theirs = { $who } a annoncé un résultat, qui peut maintenant être lu
journal-guardians-read = { $person ->
    [you] Vous avez consulté les tutelles enregistrées
   *[other] { $who } a consulté les tutelles enregistrées pour vous
}
    .theirs = { $person ->
        [you] Vous avez consulté les tutelles enregistrées
       *[other] { $who } a consulté les tutelles enregistrées pour la personne
    }
journal-acting-for = { $who } pour vous,
journal-acting-for-other = { $who } pour { $name },
journal-acting-as = { $name }, { $link },
journal-link-MTH = votre mère
journal-link-FTH = votre père
journal-link-TUTEUR = votre tuteur ou tutrice
journal-link-partner = la personne qui partage votre vie
journal-link-child = votre enfant
journal-link-parent = votre parent
journal-link-relative = votre proche
journal-link-trusted = votre personne de confiance
journal-link-carer = votre aidant ou aidante
journal-link-other = qui vous aide
journal-you-for = { $sentence }, pour { $name }
journal-why-acting-over = Cette personne ne pouvait plus agir pour vous.
    .theirs = Cette personne ne pouvait plus agir dans cet espace.
journal-why-acting-limited = Vous ne lui aviez pas donné ce droit.
    .theirs = Ce droit ne lui avait pas été donné.
journal-permission-kept = { $person ->
    [you] Vous gardez { $whom } secret pour les personnes qui agissent pour vous
   *[other] { $who } garde un professionnel secret
}
journal-permission-shown = { $person ->
    [you] Vous ne gardez plus { $whom } secret
   *[other] { $who } ne garde plus un professionnel secret
}
journal-reported-when = Signalée à l’équipe { $when }
