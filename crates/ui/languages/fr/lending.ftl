# Les codes qu’une personne donne à une visite : ceux qui ont déjà servi.
lending-used = Codes déjà utilisés
lending-used-text = Plus personne ne peut taper ces codes. Les professionnels qui les ont tapés lisent jusqu’à la fin du temps que vous avez choisi. Arrêter un code arrête aussi leur lecture.
lending-by = Tapé par : { $names }
lending-made-second = Code créé { $when } et { $second } s
