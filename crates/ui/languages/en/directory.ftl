# The directory: professionals, structures, activities.
directory-situation-title = Where do you work now?
directory-situation-lead = You have several activities. The one you choose is written in the journal of every patient whose space you open.
directory-situation-label = Your activity
directory-situation-button = Continue
directory-situation-missing = Is an activity missing, or no longer yours? The directory follows your professional body: have it corrected there.
directory-structure-unnamed = Structure without a name
directory-missing-situation = Choose an activity
directory-mode-self-employed = self-employed
directory-mode-employed = employed
directory-mode-volunteer = volunteer
refusal-situation-unknown = This activity is no longer yours. Choose another one.
refusal-situation-needed = First say where you work.
