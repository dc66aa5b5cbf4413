"""Where the library can be changed in a small way: finds the sites of mutants with libclang.

A site is a range of a header's bytes and what would stand there instead. The parser knows where operands begin and
end, so that a change can be written as an expression that chooses at run time (see schema.py).
"""
import dataclasses
import re

import clang.cindex
from clang.cindex import CursorKind as Kind


def name_all_kinds():
    """libclang knows kinds of cursors that its Python module has no names for, and answers with exceptions."""
    for number in range(1000):
        try:
            Kind.from_id(number)
        except ValueError:
            Kind(number)


name_all_kinds()

OPERATORS = {
    "boundary": {"<": "<=", "<=": "<", ">": ">=", ">=": ">"},
    "comparison": {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"},
    "arithmetic": {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/"},
    "bits": {"&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<"},
    "logical": {"&&": "||", "||": "&&"},
    "assignment": {"+=": "-=", "-=": "+=", "*=": "+=", "/=": "*=", "%=": "/=", "|=": "&=", "&=": "|=", "<<=": ">>=",
                   ">>=": "<<="},
}
UNKNOWN_TYPES = {clang.cindex.TypeKind.DEPENDENT, clang.cindex.TypeKind.UNEXPOSED}
COMMUTATIVE = {"max_of", "min_of", "max", "min"}
LOOPS = {Kind.FOR_STMT, Kind.WHILE_STMT, Kind.DO_STMT, Kind.CXX_FOR_RANGE_STMT}
BODIES = LOOPS | {Kind.COMPOUND_STMT, Kind.IF_STMT}
REMOVABLE = {Kind.CALL_EXPR, Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR, Kind.UNARY_OPERATOR,
             Kind.CONTINUE_STMT, Kind.BREAK_STMT, Kind.UNEXPOSED_EXPR}
CONSTANT_CONTEXT = {Kind.STATIC_ASSERT, Kind.CONCEPT_DECL, Kind.REQUIRES_EXPR, Kind.TEMPLATE_TYPE_PARAMETER,
                    Kind.TEMPLATE_NON_TYPE_PARAMETER} if hasattr(Kind, "CONCEPT_DECL") else {Kind.STATIC_ASSERT}


@dataclasses.dataclass(frozen=True)
class Site:
    """Bytes `begin` to `end` of a header become `mutated`; `kind` says what sort of change it is.

    `schema` holds the same change as an expression or statement that chooses at run time, with `@` for the question
    whether the mutant is the active one; None where the language has none.
    """
    file: str
    begin: int
    end: int
    kind: str
    mutated: str
    schema: str | None


def on_one_line(code):
    """Code without comments and line breaks, so that what follows it keeps its line."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"//[^\n]*", "", code))


class Finder:
    """Collects the sites of all headers below a folder that one translation unit includes."""

    def __init__(self, include_dir):
        self.include_dir = include_dir
        self.sources = {}
        self.sites = set()

    def source(self, path):
        if path not in self.sources:
            with open(path, "rb") as file:
                self.sources[path] = file.read()
        return self.sources[path]

    def text(self, path, begin, end):
        return self.source(path)[begin:end].decode()

    def range_of(self, cursor):
        """(path, begin, end) of a cursor in a header; None outside of them."""
        start, end = cursor.extent.start, cursor.extent.end
        if start.file is None or end.file is None or start.file.name != end.file.name:
            return None
        if not start.file.name.startswith(self.include_dir) or end.offset <= start.offset:
            return None
        return start.file.name, start.offset, end.offset

    def add(self, place, kind, mutated, schema):
        path, begin, end = place
        name = path[len(self.include_dir):].lstrip("/")
        mutated = on_one_line(mutated)
        if self.text(*place) != mutated:
            self.sites.add(Site(name, begin, end, kind, mutated, schema))

    # One function for each form of code.

    def binary(self, cursor, place):
        children = list(cursor.get_children())
        if len(children) != 2:
            return
        left, right = (self.range_of(child) for child in children)
        if left is None or right is None or left[0] != right[0] or left[2] > right[1]:
            return
        if left[1] != place[1] or right[2] != place[2]:
            return
        between = self.text(place[0], left[2], right[1])
        token = between.strip()
        if not re.fullmatch(r"[-+*/%&|^<>=!]+", token):
            return
        original = self.text(*place)
        # Text and streams know a few operators only.
        words = '"' in original or children[0].type.get_canonical().kind == clang.cindex.TypeKind.RECORD
        for kind, changes in OPERATORS.items():
            if token not in changes or (words and kind in ("arithmetic", "bits", "assignment")):
                continue
            mutated = (self.text(*left) + between.replace(token, changes[token]) + self.text(*right))
            self.add(place, kind, mutated, f"(@ ? ({on_one_line(mutated)}) : ({original}))")

    def condition(self, cursor):
        children = list(cursor.get_children())
        position = {Kind.FOR_STMT: None, Kind.DO_STMT: 1}.get(cursor.kind, 0)
        if position is None or len(children) <= position or children[position].kind == Kind.DECL_STMT:
            return
        place = self.range_of(children[position])
        if place is None or not children[position].kind.is_expression():
            return
        head = self.source(place[0])[max(0, place[1] - 16):place[1]].decode(errors="replace")
        constant = re.search(r"if\s+constexpr\s*\($", head) is not None
        original = self.text(*place)
        self.add(place, "condition", f"!({original})", None if constant else f"(({original}) ? !@ : @)")

    def literal(self, cursor, place):
        original = self.text(*place)
        if not re.fullmatch(r"(0x[0-9a-fA-F']+|[0-9][0-9']*)[uUlL]*", original):
            return
        for mutated in (f"{original} + 1", f"{original} - 1"):
            if original == "0" and mutated.endswith("- 1"):
                continue
            self.add(place, "constant", f"({mutated})", f"(@ ? {mutated} : {original})")

    def boolean(self, cursor, place):
        original = self.text(*place)
        if original in ("true", "false"):
            mutated = "false" if original == "true" else "true"
            self.add(place, "constant", mutated, f"(@ ? {mutated} : {original})")

    def unary(self, cursor, place):
        original = self.text(*place)
        for token, kind in (("!", "condition"), ("-", "arithmetic"), ("~", "bits")):
            if original.startswith(token) and not original.startswith((token * 2, token + "=")):
                mutated = f"({original[1:]})"
                self.add(place, kind, mutated, f"(@ ? {on_one_line(mutated)} : ({original}))")

    def returned(self, cursor, place, result):
        children = list(cursor.get_children())
        value = self.range_of(children[0]) if children else None
        if value is None or result is None:
            return
        original = self.text(*value)
        if original.startswith("{"):
            return
        kind = result.get_canonical().kind
        constants = ()
        if kind == clang.cindex.TypeKind.BOOL:
            constants = ("true", "false")
        elif clang.cindex.TypeKind.CHAR_U.value <= kind.value <= clang.cindex.TypeKind.LONGDOUBLE.value:
            constants = ("0",)
        for constant in constants:
            self.add(value, "returned", constant, f"(@ ? {constant} : ({original}))")

    def arguments(self, cursor, place):
        if cursor.spelling in COMMUTATIVE:
            return
        arguments = list(cursor.get_arguments())
        places = [self.range_of(argument) for argument in arguments]
        for i in range(len(arguments) - 1):
            first, second = places[i], places[i + 1]
            if first is None or second is None or first[0] != place[0] or second[0] != place[0]:
                continue
            if not place[1] < first[1] < first[2] <= second[1] < second[2] <= place[2]:
                continue
            one, other = self.text(*first), self.text(*second)
            if one == other or one.startswith("{") or other.startswith("{"):
                continue
            types = [arguments[j].type.get_canonical() for j in (i, i + 1)]
            if types[0].spelling.replace("const ", "") != types[1].spelling.replace("const ", "") or \
                    types[0].kind in UNKNOWN_TYPES:
                continue
            path = place[0]
            mutated = (self.text(path, place[1], first[1]) + other + self.text(path, first[2], second[1]) + one +
                       self.text(path, second[2], place[2]))
            self.add(place, "arguments", mutated, f"(@ ? {on_one_line(mutated)} : {self.text(*place)})")

    def statement(self, cursor):
        place = self.range_of(cursor)
        if place is None or cursor.kind not in REMOVABLE:
            return
        path, begin, end = place
        rest = self.source(path)[end:end + 80].decode(errors="replace")
        gap = re.match(r"\s*;", rest)
        if gap is None:
            return
        end += gap.end()
        original = self.text(path, begin, end)
        self.add((path, begin, end), "statement", "{}", "{ if (!@) " + original + " }")

    # Walking.

    def walk(self, cursor, result=None):
        for child in cursor.get_children():
            if child.kind in CONSTANT_CONTEXT:
                continue
            location = child.location
            if cursor.kind == Kind.TRANSLATION_UNIT:
                if location.file is None or not location.file.name.startswith(self.include_dir):
                    continue
            self.visit(cursor, child, result)
            own = result
            if child.kind in (Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.FUNCTION_TEMPLATE, Kind.CONVERSION_FUNCTION):
                own = child.result_type
            elif child.kind == Kind.LAMBDA_EXPR:
                own = None
            self.walk(child, own)

    def visit(self, parent, cursor, result):
        place = self.range_of(cursor)
        if place is None:
            return
        if cursor.kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR):
            self.binary(cursor, place)
        elif cursor.kind == Kind.INTEGER_LITERAL:
            self.literal(cursor, place)
        elif cursor.kind == Kind.CXX_BOOL_LITERAL_EXPR:
            self.boolean(cursor, place)
        elif cursor.kind == Kind.UNARY_OPERATOR:
            self.unary(cursor, place)
        elif cursor.kind == Kind.RETURN_STMT:
            self.returned(cursor, place, result)
        elif cursor.kind == Kind.CALL_EXPR:
            self.arguments(cursor, place)
        if cursor.kind in (Kind.IF_STMT, Kind.WHILE_STMT, Kind.DO_STMT, Kind.CONDITIONAL_OPERATOR):
            self.condition(cursor)
        children = list(parent.get_children()) if parent.kind in BODIES else []
        if parent.kind == Kind.COMPOUND_STMT or (parent.kind in LOOPS and children[-1] == cursor) or \
                (parent.kind == Kind.IF_STMT and children[0] != cursor):
            self.statement(cursor)


def find_sites(include_dir, headers):
    """All sites of the headers, in a fixed order."""
    source = "".join(f"#include <{header}>\n" for header in headers)
    unit = clang.cindex.Index.create().parse(
        "all.cpp", args=["-std=c++20", f"-I{include_dir}"], unsaved_files=[("all.cpp", source)])
    errors = [d for d in unit.diagnostics if d.severity >= clang.cindex.Diagnostic.Error]
    if errors:
        raise SystemExit("\n".join(str(error) for error in errors[:10]))
    finder = Finder(include_dir)
    finder.walk(unit.cursor)
    return sorted(finder.sites, key=lambda s: (s.file, s.begin, s.end, s.kind, s.mutated))
