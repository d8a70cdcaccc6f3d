# La connexion secrète : un mineur demande à un professionnel que ses représentants légaux n’en sachent rien.
secrecy = Comment ouvrir cet espace ?
secrecy-lead = Cette personne est mineure. Posez-lui la question avant d’ouvrir son espace : veut-elle que ses parents, ou la personne qui la représente, ne sachent rien de ce soin ?
secrecy-yes = Elle demande le secret
secrecy-yes-text = Vous ne verrez que les documents que ses représentants légaux ne voient pas. Rien de ce que vous ferez ne leur sera montré : ni dans son journal, ni dans un message. Elle, elle verra tout.
secrecy-yes-submit = Elle est avec moi et demande le secret : ouvrir en connexion secrète
secrecy-no = Elle ne demande pas le secret
secrecy-no-text = Votre passage sera inscrit dans son journal, que ses représentants légaux peuvent lire.
secrecy-no-link = Ouvrir son espace
secrecy-find = La personne est mineure et demande le secret
secrecy-find-hint = Pour ouvrir son espace sans que ses représentants légaux le sachent, quel que soit son âge.
secrecy-banner = Connexion secrète, jusqu’au { $until }
secrecy-banner-text = Vous ne voyez que les documents que ses représentants légaux ne voient pas, et ils ne sauront rien de votre passage. Ce que votre logiciel dépose doit porter la mention « Non visible par les représentants légaux ».
secrecy-end = Quitter la connexion secrète
