# The codes that a person hands over at a visit: those that have been used.
lending-used = Codes already used
lending-used-text = Nobody can type these codes any more. The professionals who typed them read until the time you chose is over. Ending a code ends their reading too.
lending-by = Typed by: { $names }
lending-made-second = Code created { $when } and { $second } s
