# Les documents : liste, lecture, ajout, retrait.
documents-title = Documents
documents-add = Ajouter des documents
documents-add-lead = Vous pouvez ajouter un document que vous avez chez vous : une photo ou un fichier PDF.
documents-add-submit = Ajouter
documents-cancel = Annuler
documents-field-files = Fichiers
documents-field-files-hint = PDF, JPEG ou PNG, 25 Mo au plus par fichier. Sur un téléphone, vous pouvez prendre une photo. Vous pouvez choisir plusieurs fichiers.
documents-field-kind = De quoi s’agit-il ?
documents-field-title = Titre
documents-field-title-hint = Par exemple : prise de sang de mars
documents-field-date = Date du document
documents-field-date-hint = La date écrite sur le document. Par exemple, 27 3 2026
documents-added-by-her = Ajouté par vous, { $date }
documents-tag-new = Nouveau
documents-tag-replaces = Remplace une version précédente
documents-tag-twice = Reçu plusieurs fois
documents-tag-masked = Caché aux professionnels
documents-tag-not-yet = Pas encore visible par la personne
documents-tag-superseded = Remplacé
documents-of-patient = Document de { $name }
documents-dated = Date du document
documents-care = Date des soins
documents-authors = Écrit par
documents-received = Reçu
documents-added = Ajouté
documents-by = de la part de { $name }
documents-family = Famille
documents-size = Taille du fichier
documents-open-pdf = Ouvrir le document (PDF)
documents-new-tab = (nouvel onglet)
documents-download = Télécharger
documents-no-preview = Ce type de fichier ne s’affiche pas dans la page. Vous pouvez le télécharger.
documents-unreadable = Ce document ne peut pas être affiché. Vous pouvez le télécharger.
documents-superseded = Une version plus récente de ce document existe.
documents-see-newer = Voir la version la plus récente
documents-not-yet = La personne ne voit pas encore ce document.
documents-not-yet-text = Son auteur a demandé qu’un professionnel le lui annonce d’abord.
documents-who = Qui peut voir ce document
documents-earlier = { $count ->
    [one] Une version précédente
   *[other] { $count } versions précédentes
}
documents-again = { $count ->
    [one] Le même document a été reçu une autre fois
   *[other] Le même document a été reçu { $count } autres fois
}
documents-withdraw = Retirer ce document
documents-withdraw-title = Retirer « { $title } » ?
documents-withdraw-lead = Le document sera effacé. Personne ne pourra plus le lire, vous non plus. Le journal gardera la trace de son ajout et de son retrait.
documents-withdraw-submit = Retirer définitivement
refusal-ins-missing = Le numéro de sécurité sociale de la personne manque.
refusal-ins-invalid = Le numéro de sécurité sociale n’est pas valable.
refusal-ins-unknown = Personne n’est connu ici sous ce numéro.
refusal-ins-differs = L’envoi parle de deux personnes différentes. Envoyez un dossier par personne.
refusal-traits-mismatch = L’identité écrite dans le document n’est pas celle de la personne.
refusal-duplicate-unique-id = Un autre document porte déjà ce numéro.
refusal-idempotency-key-reused = Cette demande a déjà servi pour autre chose.
refusal-replaced-unknown = Le document à remplacer n’existe pas.
refusal-replaced-not-current = Le document à remplacer a déjà été remplacé ou retiré.
refusal-replaced-not-yours = Seul l’auteur d’un document peut le remplacer.
refusal-withdraw-not-yours = Seule la personne qui a déposé ce document peut le retirer. Pour un document d’un professionnel, demandez-le-lui.
refusal-withdraw-again = Ce document est déjà retiré.
refusal-document-empty = Le fichier est vide. Choisissez-en un autre.
refusal-document-too-large = Le fichier dépasse 25 Mo. Choisissez-en un plus petit, ou faites une photo moins lourde.
refusal-media-type-unknown = Ce type de fichier n’est pas accepté. Choisissez un PDF, un JPEG ou un PNG.
refusal-media-type-mismatch = Le contenu du fichier n’est pas ce que son type annonce.
refusal-picture-damaged = Cette image est abîmée. Reprenez la photo.
refusal-picture-too-large = Cette image est trop grande. Reprenez la photo dans une taille plus petite.
refusal-upload-none = Choisissez au moins un fichier.
refusal-upload-too-many = Choisissez 20 fichiers au plus à la fois.
refusal-upload-type = Ce type de fichier n’est pas accepté. Choisissez un PDF, un JPEG ou un PNG.
refusal-upload-kind = Choisissez de quoi il s’agit.
refusal-upload-date = Indiquez la date du document. Elle ne peut pas être dans le futur.
refusal-upload-title = Le titre est trop long : 120 lettres au plus.
