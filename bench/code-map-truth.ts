// Who calls whom according to the TypeScript checker: the truth that the code map's edges are held against.
// Its names are made from the compiler's own tree, apart from ours, so that a symbol we overlook counts as missed.
import { relative } from 'node:path'
import { Project, ts } from 'ts-morph'

export interface Truth {
  /** `file#caller > file#callee`, between functions, classes and methods that have a name outside of functions. */
  pairs: Map<string, string>
  seconds: number
}

export function readTruth(root: string, files: readonly string[]): Truth {
  const begun = process.cpuUsage()
  // The wrapper brings the language's own declarations along, which the bare compiler would look for beside itself.
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      jsx: ts.JsxEmit.ReactJSX,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      experimentalDecorators: true,
      allowJs: files.some((file) => /\.[cm]?jsx?$/.test(file)),
    },
  })
  project.addSourceFilesAtPaths(files.map((file) => `${root}/${file}`))
  const program = project.getProgram().compilerObject
  const checker = program.getTypeChecker()
  const wanted = new Set(files.map((file) => `${root}/${file}`))
  const pairs = new Map<string, string>()
  const place: Place = { root, wanted, checker }
  for (const source of program.getSourceFiles()) if (wanted.has(source.fileName)) visit(place, source, pairs)
  const used = process.cpuUsage(begun)
  return { pairs, seconds: (used.user + used.system) / 1e6 }
}

interface Place {
  root: string
  wanted: ReadonlySet<string>
  checker: ts.TypeChecker
}

type CallLike = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression | ts.JsxOpeningLikeElement

const isCall = (node: ts.Node): node is CallLike =>
  ts.isCallExpression(node) ||
  ts.isNewExpression(node) ||
  ts.isTaggedTemplateExpression(node) ||
  ts.isJsxOpeningElement(node) ||
  ts.isJsxSelfClosingElement(node)

function visit(place: Place, node: ts.Node, pairs: Map<string, string>): void {
  if (isCall(node)) {
    const to = targetOf(place, node)
    const name = to && nameOf(place, to)
    if (name && !name.nested) {
      const from = callerOf(place, node)
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
      const key = `${from} > ${name.id}`
      if (!pairs.has(key))
        pairs.set(key, `${relative(place.root, node.getSourceFile().fileName)}:${line + 1}`)
    }
  }
  ts.forEachChild(node, (one) => visit(place, one, pairs))
}

const calleeOf = (node: CallLike): ts.Expression | ts.JsxTagNameExpression =>
  ts.isTaggedTemplateExpression(node) ? node.tag : 'tagName' in node ? node.tagName : node.expression

function targetOf(place: Place, node: CallLike): ts.Node | undefined {
  const callee = bare(calleeOf(node))
  // `(here ? f : g)(…)`: it is one of them, and of like ones the checker names the first.
  if (isChoice(callee)) return undefined
  if (ts.isNewExpression(node) || callee.kind === ts.SyntaxKind.SuperKeyword || 'tagName' in node) {
    const type = place.checker.getTypeAtLocation(callee).getSymbol()?.valueDeclaration
    if (type && ts.isClassLike(type)) return type
    if (ts.isNewExpression(node)) return wrappedTarget(place, callee)
  }
  return calledTarget(place, node, callee)
}

function calledTarget(place: Place, node: CallLike, callee: ts.Node): ts.Node | undefined {
  const declaration = place.checker.getResolvedSignature(node)?.declaration
  const isAsserted = callee !== calleeOf(node)
  const named = isAsserted || isPlain(callee) ? declarationOf(place, callee) : undefined
  if (named && isHeldFunction(named)) return named
  if (declaration && nameOf(place, declaration)) return isOfMany(place, callee) ? undefined : declaration
  // `(f as any)(…)` runs f: an assertion is gone when the program runs.
  if (named && isAsserted && isMethodOrFunction(named)) return named
  return wrappedTarget(place, callee)
}

/** `this.to.next()`, where `to` is one of two types: it is a method of one of them, and the checker names one. */
function isOfMany(place: Place, callee: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false
  const owner = place.checker.getNonNullableType(place.checker.getTypeAtLocation(callee.expression))
  const declared = place.checker.getSymbolAtLocation(callee.name)?.declarations ?? []
  return owner.isUnion() && new Set(declared.map((one) => one.parent)).size > 1
}

const isMethodOrFunction = (node: ts.Node) => isFunctionLike(node) || ts.isMethodSignature(node)

/** A member of a long chain is not asked for: the checker would infer the chain anew for each of its links. */
const isPlain = (callee: ts.Node) =>
  ts.isIdentifier(callee) ||
  (ts.isPropertyAccessExpression(callee) && callee.expression.kind === ts.SyntaxKind.ThisKeyword)

const isChoice = (node: ts.Node) =>
  ts.isConditionalExpression(node) ||
  (ts.isBinaryExpression(node) &&
    [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken].includes(node.operatorToken.kind))

const bare = (node: ts.Node): ts.Node =>
  isWrapping(node) && 'expression' in node ? bare((node as ts.ParenthesizedExpression).expression) : node

function declarationOf(place: Place, callee: ts.Node): ts.Declaration | undefined {
  let symbol = place.checker.getSymbolAtLocation(ts.isPropertyAccessExpression(callee) ? callee.name : callee)
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = place.checker.getAliasedSymbol(symbol)
  return symbol?.valueDeclaration
}

/** `const f: F = () => …`, `class A { f: F = () => … }`: what runs is this function. F is only what is promised of it, though the
 * checker names F's signature. */
const isHeldFunction = (node: ts.Declaration): boolean =>
  ((ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isConst(node)) ||
    ts.isPropertyDeclaration(node)) &&
  node.initializer !== undefined &&
  isAnonymous(bare(node.initializer)) &&
  !ts.isClassExpression(bare(node.initializer))

const isConst = (node: ts.VariableDeclaration) => (node.parent.flags & ts.NodeFlags.Const) !== 0

/** A function behind a written type or a wrapper, `const f: F = () => …`, `memo(() => …)`: the variable that it is in. */
function wrappedTarget(place: Place, callee: ts.Node): ts.Node | undefined {
  const declaration = declarationOf(place, callee)
  if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined
  return declaration.initializer && runs(declaration.initializer) ? declaration : undefined
}

function runs(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return runs(node.expression)
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node)) return true
  return ts.isCallExpression(node) && node.arguments.some((one) => runs(one))
}

interface Name {
  id: string
  nested: boolean
}

/** The declaration's name with those around it; undefined for what has none. */
function nameOf(place: Place, declaration: ts.Node): Name | undefined {
  // A signature that the compiler made up itself hangs in no file.
  const file: ts.SourceFile | undefined = declaration.getSourceFile()
  if (!file || !place.wanted.has(file.fileName)) return undefined
  const own = ts.isConstructorDeclaration(declaration) ? declaration.parent : declaration
  if (isSignature(own)) return undefined
  const holder = isAnonymous(own) ? holderOf(own) : own
  const word = holder && wordOf(holder)
  const above = holder && around(holder)
  if (word === undefined || !above) return undefined
  return {
    id: `${relative(place.root, file.fileName)}#${[...above.words, word].join('.')}`,
    nested: above.nested,
  }
}

const isSignature = (node: ts.Node) =>
  ts.isFunctionTypeNode(node) ||
  ts.isCallSignatureDeclaration(node) ||
  ts.isConstructSignatureDeclaration(node)

const isAnonymous = (node: ts.Node) =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node)

/** What gives a function expression its name. */
function holderOf(node: ts.Node): ts.Node | undefined {
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent))
    return parent
  if (isWrapping(parent)) return holderOf(parent)
  if (ts.isExportAssignment(parent)) return parent
  return ts.isCallExpression(parent) ? holderOfCall(parent, node) : undefined
}

const isWrapping = (node: ts.Node) =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isSatisfiesExpression(node) ||
  ts.isNonNullExpression(node)

/** A function handed to a wrapper is the variable that the wrapper fills. */
function holderOfCall(call: ts.CallExpression, argument: ts.Node): ts.Node | undefined {
  if (!call.arguments.some((one) => one === argument)) return undefined
  const outer = holderOf(call)
  return outer && (ts.isVariableDeclaration(outer) || ts.isExportAssignment(outer)) ? outer : undefined
}

function wordOf(node: ts.Node): string | undefined {
  if (ts.isExportAssignment(node)) return 'default'
  const name = 'name' in node ? (node as ts.NamedDeclaration).name : undefined
  if (!name) return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) ? 'default' : undefined
  if (ts.isComputedPropertyName(name)) return computedWord(name.expression)
  return ts.isObjectBindingPattern(name) || ts.isArrayBindingPattern(name)
    ? firstOf(name)
    : name.getText().replaceAll(/^['"]|['"]$/g, '')
}

/** The place of a destructuring has no name of its own: on both sides it is called by its first. */
function firstOf(pattern: ts.BindingPattern): string | undefined {
  const [first] = pattern.elements
  return first && ts.isBindingElement(first) && ts.isIdentifier(first.name) ? first.name.text : undefined
}

function computedWord(expression: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(expression)) return expression.text
  const isKnown = ts.isPropertyAccessExpression(expression) && expression.expression.getText() === 'Symbol'
  return isKnown ? `@@${expression.name.text}` : undefined
}

const isFunctionLike = (node: ts.Node) =>
  ts.isFunctionDeclaration(node) ||
  ts.isArrowFunction(node) ||
  ts.isFunctionExpression(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isConstructorDeclaration(node) ||
  ts.isGetAccessor(node) ||
  ts.isSetAccessor(node)

/** The names around a declaration, and whether a function is among them; undefined if it hangs on nothing named. */
function around(node: ts.Node): { words: string[]; nested: boolean } | undefined {
  const words: string[] = []
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (isFunctionLike(at)) return { words: [], nested: true }
    const step = stepOut(at)
    if (step === 'none') return undefined
    if (!step) continue
    words.unshift(step.word)
    at = step.at
  }
  return { words, nested: false }
}

/** A word of the name, `none` where the name breaks off. */
function stepOut(node: ts.Node): { word: string; at: ts.Node } | 'none' | undefined {
  if (ts.isTypeLiteralNode(node)) return ts.isTypeAliasDeclaration(node.parent) ? undefined : 'none'
  const isLiteral = ts.isObjectLiteralExpression(node)
  if (!isLiteral && !isNamedSpace(node)) return undefined
  const holder = isLiteral
    ? literalHolder(node)
    : ts.isClassExpression(node)
      ? (holderOf(node) ?? node)
      : node
  const word = holder && wordOf(holder)
  return word === undefined || !holder ? 'none' : { word, at: isLiteral ? holder : node }
}

const isNamedSpace = (node: ts.Node) =>
  ts.isClassLike(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isModuleDeclaration(node)

function literalHolder(node: ts.Node): ts.Node | undefined {
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent
  if (ts.isSatisfiesExpression(parent) || ts.isParenthesizedExpression(parent)) return literalHolder(parent)
  if (ts.isAsExpression(parent) && parent.type.getText() === 'const') return literalHolder(parent)
  return undefined
}

/** The outermost named symbol around a call that is not inside a function itself. */
function callerOf(place: Place, node: ts.Node): string {
  const file = relative(place.root, node.getSourceFile().fileName)
  let best: string | undefined
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (!isNamedPlace(at)) continue
    const name = nameOf(place, at)
    if (name && !name.nested) best ??= name.id
    else if (name?.nested) best = undefined
  }
  return best ?? `${file}#`
}

function isNamedPlace(node: ts.Node): boolean {
  if (ts.isVariableDeclaration(node)) return wordOf(node) !== undefined
  if (ts.isPropertyAssignment(node))
    return ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer)
  return (
    isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isExportAssignment(node) ||
    ts.isModuleDeclaration(node)
  )
}
