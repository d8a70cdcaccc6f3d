consent-title = Who can see your space
consent-lead = Nobody but you can read your space, except the professionals you allow here.
consent-allowed = Professionals you allow
consent-nobody = You have not allowed anybody
consent-nobody-text = No professional can read your documents. You can allow one below.
consent-given-web = Allowed by you, { $when }
consent-given-presence = Recorded that you agreed in their presence, { $when }
consent-given-code = Came in with your code, { $when }
consent-disallow = Withdraw access
consent-disallow-about = from { $name }
consent-add = Allow a professional
consent-add-why = They can read your documents until you withdraw their access. Every reading appears in your journal.
consent-search-label = Professional’s name or RPPS number
consent-found = { $count ->
    [one] One professional found
   *[other] { $count } professionals found
}
consent-found-many = There may be more: make the name more precise or give the RPPS number.
consent-none-found = No professional found for “{ $query }”
consent-none-found-text = Check the spelling of the name, or ask the professional for their RPPS number: it has eleven digits.
consent-already = Already allowed
consent-allow = Allow
consent-allow-about = { $name }
consent-always = Good to know
consent-always-author = A professional or a laboratory can add a document to your space. They can read back what they sent, nothing else.
consent-always-journal = A professional you have not allowed who tries to get in is refused, and the attempt is written in your journal.
consent-always-never = Your employer, your bank and your insurance company never have access to your space.
consent-flash-allowed = Done. This professional can now read your documents.
consent-flash-disallowed = Done. This professional can no longer read your documents.
