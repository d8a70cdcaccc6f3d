# Documents: list, reading, adding, taking back.
documents-title = Documents
documents-add = Add documents
documents-add-lead = You can add a document you have at home: a photo or a PDF file.
documents-add-submit = Add
documents-cancel = Cancel
documents-field-files = Files
documents-field-files-hint = PDF, JPEG or PNG, at most 25 MB each. On a phone you can take a photo. You can choose several files.
documents-field-kind = What is it?
documents-field-title = Title
documents-field-title-hint = For example: blood test of March
documents-field-date = Date of the document
documents-field-date-hint = The date written on the document. For example, 27 3 2026
documents-added-by-her = Added by you, { $date }
documents-tag-new = New
documents-tag-replaces = Replaces an earlier version
documents-tag-twice = Received more than once
documents-tag-masked = Hidden from professionals
documents-tag-not-yet = Not yet visible to the person
documents-tag-superseded = Replaced
documents-of-patient = Document of { $name }
documents-dated = Date of the document
documents-care = Date of care
documents-authors = Written by
documents-received = Received
documents-added = Added
documents-by = from { $name }
documents-family = Family
documents-size = File size
documents-open-pdf = Open the document (PDF)
documents-new-tab = (new tab)
documents-download = Download
documents-no-preview = This kind of file cannot be shown in the page. You can download it.
documents-unreadable = This document cannot be shown. You can download it.
documents-superseded = There is a newer version of this document.
documents-see-newer = See the newest version
documents-not-yet = The person does not see this document yet.
documents-not-yet-text = Its author asked that a professional tell the person first.
documents-who = Who can see this document
documents-earlier = { $count ->
    [one] One earlier version
   *[other] { $count } earlier versions
}
documents-again = { $count ->
    [one] The same document was received another time
   *[other] The same document was received { $count } more times
}
documents-withdraw = Remove this document
documents-withdraw-title = Remove “{ $title }”?
documents-withdraw-lead = The document will be erased. Nobody can read it any more, nor can you. The journal will keep the trace of its arrival and of its removal.
documents-withdraw-submit = Remove for good
refusal-ins-missing = The person’s national health number is missing.
refusal-ins-invalid = The national health number is not valid.
refusal-ins-unknown = Nobody is known here under this number.
refusal-ins-differs = The delivery speaks of two different people. Send one delivery per person.
refusal-traits-mismatch = The identity written in the document is not the person’s.
refusal-duplicate-unique-id = Another document already has this number.
refusal-idempotency-key-reused = This request has been used for something else.
refusal-replaced-unknown = The document to be replaced does not exist.
refusal-replaced-not-current = The document to be replaced has already been replaced or removed.
refusal-replaced-not-yours = Only the author of a document can replace it.
refusal-withdraw-not-yours = Only whoever put this document here can remove it. For a professional’s document, ask the professional.
refusal-withdraw-again = This document is already removed.
refusal-document-empty = The file is empty. Choose another one.
refusal-document-too-large = The file is larger than 25 MB. Choose a smaller one, or take a lighter photo.
refusal-media-type-unknown = This kind of file is not accepted. Choose a PDF, JPEG or PNG file.
refusal-media-type-mismatch = What the file contains is not what its type announces.
refusal-picture-damaged = This picture is damaged. Take the photo again.
refusal-picture-too-large = This picture is too large. Take the photo again in a smaller size.
refusal-upload-none = Choose at least one file.
refusal-upload-too-many = Choose at most 20 files at once.
refusal-upload-type = This kind of file is not accepted. Choose a PDF, JPEG or PNG file.
refusal-upload-kind = Choose what it is.
refusal-upload-date = Give the date of the document. It cannot be in the future.
refusal-upload-title = The title is too long: at most 120 letters.
