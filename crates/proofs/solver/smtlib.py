"""The solver cvc5 as a program that reads SMT-LIB and answers, made of the library that its wheel brings.

Distributions ship no cvc5 that is new enough, and the wheel on PyPI holds the library without the program. What is
written here is the little between the two: commands are collected until one of them asks for an answer, and `(reset)`
begins with a new solver. `--version` says which cvc5 was found.
"""

import sys

import cvc5

# A question that is not answered within this time (milliseconds) is answered `unknown`, which fails its test.
PATIENCE = "60000"

ASKING = ("(check-sat)", "(get-model)")


class Session:
    """One solver, the names that it knows, and the text that it has not seen yet."""

    def __init__(self):
        terms = cvc5.TermManager()
        self.solver = cvc5.Solver(terms)
        self.solver.setOption("tlimit-per", PATIENCE)
        self.symbols = cvc5.SymbolManager(terms)
        self.parser = cvc5.InputParser(self.solver, self.symbols)
        self.parser.setIncrementalStringInput(cvc5.InputLanguage.SMT_LIB_2_6, "stdin")
        self.unseen = []

    def answer(self):
        """What the commands since the last answer print; an error is printed as SMT-LIB says."""
        self.parser.appendIncrementalStringInput("".join(self.unseen))
        self.unseen = []
        printed = []
        while True:
            command = self.parser.nextCommand()
            if command.isNull():
                return "".join(printed)
            printed.append(command.invoke(self.solver, self.symbols))


def main():
    if "--version" in sys.argv:
        print(cvc5.__version__)
        return
    session = Session()
    for line in sys.stdin:
        command = line.strip()
        if command == "(reset)":
            session = Session()
        elif command == "(exit)":
            return
        else:
            session.unseen.append(line)
            if command in ASKING:
                try:
                    answer = session.answer()
                except RuntimeError as error:
                    answer = '(error "Parse Error: %s")\n' % str(error).replace("\n", " ").replace('"', "'")
                sys.stdout.write(answer)
                sys.stdout.flush()


main()
