# What surrounds every page.
shell-skip = Skip to the content
shell-title-error = Error:
shell-demo = Demonstration: all persons and documents are invented.
shell-sign-in = Sign in
shell-sign-out = Sign out
shell-signed-in = Signed in as
shell-title-acting = for { $name }
shell-acting-label = For whom you act
shell-acting-own = You are in your own space
shell-acting = You are acting for { $name }
shell-acting-relation = — the space of { $relation }
shell-acting-until = until { $date }
shell-acting-stop = Back to my own space
shell-acting-switch = Change
shell-acting-switch-what = space
shell-acting-here = open
shell-relation-own = your own space
shell-relation-child = { $sex ->
    [F] your daughter
    [M] your son
   *[I] your child
}
shell-relation-parent = { $sex ->
    [F] your mother
    [M] your father
   *[I] your parent
}
shell-relation-partner = { $sex ->
    [F] your partner
    [M] your partner
   *[I] your partner
}
shell-relation-ward = the person whom you represent
shell-relation-helped = the person whom you help
shell-situation = You act as
shell-situation-change = change
shell-situation-change-what = your activity
shell-menu = Main menu
shell-menu-home = Home
shell-menu-documents = Documents
shell-menu-sharing = Who can see
shell-menu-journal = Who has seen
shell-menu-account = My account
shell-menu-find = Find a person
shell-menu-enrolment = Creating spaces
shell-menu-opposition = Oppositions
shell-footer = Footer
shell-help = Help
shell-accessibility = Accessibility
shell-privacy = Your data and your rights
shell-legal = Legal notice
shell-promise = { $name }: your health documents in one place, and you know who has seen them.
shell-crumbs = You are here
shell-pages = Pages
shell-page = Page { $page }
shell-previous = Previous
shell-next = Next
shell-newer = Newer
shell-older = Older
shell-search = Search
shell-filters = Filter the list
shell-filters-set = ({ $count ->
    [one] { $count } filter set
   *[other] { $count } filters set
})
shell-filters-apply = Filter
shell-filters-reset = Remove the filters
shell-print = Print
shell-copy = Copy
shell-copied = Copied
shell-steps = Steps
shell-step = Step { $current } of { $total }
shell-step-done = (done)
