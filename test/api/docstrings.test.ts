// SPDX-License-Identifier: GPL-2.0-only
/**
 * What users see when they point at a name: every export of every entry of package.json has a docstring, and so has each member of its classes,
 * interfaces and object types. Seen in the declarations, as the compiler sees them. Not asked of: constructors of errors, which nobody calls;
 * properties that can have one value only, such as `kind: 'notify'`; what arguments and constants hold, which is told with the whole.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { API, type Checker, SymbolFlags } from 'typescript/unstable/sync';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Named {
  /** `s390-gmap/kernel Session.close` */
  readonly name: string;
  readonly isDocumented: boolean;
}

const MEMBERS: readonly SyntaxKind[] = [
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
  SyntaxKind.Constructor,
];
const WHOLES: readonly SyntaxKind[] = [
  SyntaxKind.Parameter,
  SyntaxKind.VariableDeclaration,
  SyntaxKind.ConditionalType,
  SyntaxKind.IndexedAccessType,
];

/** What a node of an interface, a class or an object type has, as far as the compiler tells. */
interface Member extends Node {
  readonly name?: Node & { readonly text?: string };
  readonly type?: Node;
  readonly initializer?: Node;
  readonly modifiers?: readonly Node[];
  readonly jsDoc?: readonly Node[];
}

const isPrivate = ({ name, modifiers = [] }: Member) =>
  name?.kind === SyntaxKind.PrivateIdentifier || modifiers.some(({ kind }) => kind === SyntaxKind.PrivateKeyword);
const hasOneValue = ({ type, initializer }: Member) =>
  initializer !== undefined || type?.kind === SyntaxKind.LiteralType;
const nameOf = ({ name }: Member) => (name === undefined ? 'constructor' : (name.text ?? '[symbol]'));

/** The members of a declaration, at any depth. `parent`: what they are members of. */
function* membersOf(node: Node, parent: string, checker: Checker): Generator<Named> {
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) {
    if (WHOLES.includes(child.kind)) continue;
    const member = MEMBERS.includes(child.kind) ? (child as Member) : undefined;
    if (member && isPrivate(member)) continue;
    const name = member ? `${parent}.${nameOf(member)}` : parent;
    const isAsked = member && !hasOneValue(member) && !/Error\.constructor$/.test(name);
    if (isAsked) yield { name, isDocumented: hasText(member, checker) };
    yield* membersOf(child, name, checker);
  }
}

/** Also by what a class implements. */
function hasText(member: Member, checker: Checker): boolean {
  const symbol = member.name && checker.getSymbolAtLocation(member.name);
  return symbol ? symbol.getDocumentationComment(checker) !== '' : (member.jsDoc?.length ?? 0) > 0;
}

/** Every name that users can come across, once. */
function everyName(): Named[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  const entries = Object.entries(exports).filter(([, file]) => file.endsWith('.js'));
  const folder = mkdtempSync(join(root, 'out/docstrings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = entries.map(([, file]) => join(root, file.replace(/\.js$/, '.d.ts')));
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', types: [], noEmit: true };
  const config = join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const api = new API({ cwd: root });
  onTestFinished(() => api.close());
  const project = api.updateSnapshot({ openProject: config }).getProjects()[0];
  if (!project) throw new Error('the compiler has opened no project');
  const { checker, program } = project;
  const seen = new Set<number>();
  return entries.flatMap(([entry], i) => {
    const source = program.getSourceFile(files[i] ?? '');
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${files[i]} is no module`);
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol.id)) return [];
      seen.add(symbol.id);
      const name = `${entry.replace('.', 's390-gmap')} ${exported.name}`;
      const nodes = symbol.declarations.map((handle) => handle.resolve()).filter((node) => node !== undefined);
      return [
        { name, isDocumented: symbol.getDocumentationComment(checker) !== '' },
        ...nodes.flatMap((node) => [...membersOf(node, name, checker)]),
      ];
    });
  });
}

it('every name has a docstring', () => {
  const names = everyName();
  expect(names.length).toBeGreaterThan(800);
  expect(names.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name)).toEqual([]);
});
