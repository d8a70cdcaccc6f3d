# Home, the list of documents, search, and the professionals’ way in.
record-home-title = Home
record-greeting = Hello { $name }
    .theirs = Space of { $name }
record-search-label = Search the documents
record-new = New since your last visit
record-new-first = Your latest documents
    .theirs = Latest documents of { $name }
record-new-count = { $count ->
    [one] One new document
   *[other] { $count } new documents, of which the latest:
}
record-nothing-new = Nothing new. Your last visit: { $when }.
record-nothing-yet = You have not received any document yet.
    .theirs = No document has come yet.
record-next = What would you like to do?
record-looks = { $count ->
    [one] Your space was looked at once since your last visit
   *[other] Your space was looked at { $count } times since your last visit
}
    .theirs = { $count ->
        [one] The space of { $name } was looked at once since your last visit
       *[other] The space of { $name } was looked at { $count } times since your last visit
    }
record-looks-text = See who looked at what, and when
record-looks-first = { $count ->
    [one] Your space was looked at once before this visit
   *[other] Your space was looked at { $count } times before this visit
}
    .theirs = { $count ->
        [one] The space of { $name } was looked at once before this visit
       *[other] The space of { $name } was looked at { $count } times before this visit
    }
record-share = Choose who can see your documents
    .theirs = Choose who can see the documents of { $name }
record-share-text = You have not allowed any professional yet
    .theirs = No professional is allowed yet
record-add = Add a document
record-add-text = A photo or a file that you have at home
record-see-journal = See who has looked at your space
    .theirs = See who has looked at the space of { $name }
record-see-journal-text = Every access is noted in your journal
    .theirs = Every access is noted in their journal
record-all = See all documents
record-count = { $count ->
    [one] One document
   *[other] { $count } documents
}
record-results = Results for “{ $query }”
record-incomplete = The text of some documents could not be read yet. The search will be complete in a few minutes.
record-filter-family = Family
record-filter-author = Author or institution
record-filter-year = Year
record-none-found = No document found
record-none-found-text = Try another word, or remove a filter.
record-empty = No documents for now
record-empty-text = Documents that professionals send you will arrive here. You can also add your own.
    .theirs = The documents that professionals send will come here. You can also add some.
record-empty-pro = No documents to see
record-empty-pro-text = This person’s space holds no document that you may see.
record-find = Find a person
record-find-lead = Search by national health number (INS), or by the five identity traits.
record-find-by-ins = By INS number
record-find-ins = INS number
record-find-ins-hint = 15 characters, for example 2 79 03 51 215 189 89
record-find-ins-wrong = This is not an INS number. Check the digits and the key.
record-find-by-traits = By identity traits
record-find-birth-name = Birth name
record-find-birth-name-missing = Give the birth name.
record-find-given-name = First given name at birth
record-find-given-name-missing = Give the first given name at birth.
record-find-birth = Date of birth
record-find-birth-missing = Give the date of birth.
record-find-sex = Sex
record-find-sex-missing = Give the sex.
record-find-submit = Search
record-find-nobody = Nobody matches. Check what you typed.
record-find-several = Several people match. Search by INS number.
record-find-another = Find another person
record-sex-f = Female
record-sex-m = Male
record-sex-i = Undetermined
record-given-names = Given names at birth
record-ins = INS
record-age = { $years ->
    [one] { $years } year old
   *[other] { $years } years old
}
record-not-allowed = This person has not allowed you to look at their space.
record-not-allowed-text = They can do so from their space. Your attempt has been noted in their journal.
record-presence = The person is with you and agrees
record-presence-text = Say what you are going to look at and ask for their agreement. Your declaration will be noted in their journal, under your name. They can take this agreement back at any time.
record-presence-submit = Declare their agreement and open the space
