/**
 * What `Effect.fn` makes is shown as the function that it is: TypeDoc takes it for a variable, and its
 * parameters for one list of which all are needed.
 */
import {
  type Application,
  type Context,
  Converter,
  type DeclarationReflection,
  ParameterReflection,
  type ProjectReflection,
  ReflectionFlag,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc"
import ts from "typescript"

/** To be called before the conversion. */
export const showEffectFunctions = (app: Application): void => {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context: Context, variable) => {
    if (!variable.kindOf(ReflectionKind.Variable) || variable.type?.type !== "reflection") return
    const { children, signatures } = variable.type.declaration
    if (signatures === undefined || children !== undefined) return
    const needed = neededOf(context, variable)
    for (const [index, signature] of signatures.entries()) {
      signature.name = variable.name
      signature.parent = variable
      signature.parameters = (signature.parameters ?? []).flatMap((parameter) =>
        separate(context.project, signature, parameter, needed[index] ?? []),
      )
    }
    becomeFunction(variable, signatures)
  })
}

const becomeFunction = (
  variable: DeclarationReflection,
  signatures: Array<SignatureReflection>,
): void => {
  variable.kind = ReflectionKind.Function
  variable.signatures = signatures
  delete variable.type
  delete variable.defaultValue
  const [only, ...others] = signatures
  if (only === undefined || others.length > 0 || variable.comment === undefined) return
  only.comment = variable.comment
  delete variable.comment
}

/** The parameters that a rest parameter with a list of names stands for; any other one as it is. */
const separate = (
  project: ProjectReflection,
  signature: SignatureReflection,
  rest: ParameterReflection,
  needed: ReadonlyArray<boolean>,
): ReadonlyArray<ParameterReflection> => {
  const { type } = rest
  if (!rest.flags.isRest || type?.type !== "tuple") return [rest]
  const named = type.elements.filter((element) => element.type === "namedTupleMember")
  if (named.length < type.elements.length) return [rest]
  project.removeReflection(rest)
  return named.map((member, index) => {
    const parameter = new ParameterReflection(member.name, ReflectionKind.Parameter, signature)
    parameter.type = member.element
    parameter.setFlag(ReflectionFlag.Optional, needed[index] === false)
    project.registerReflection(parameter, undefined, undefined)
    return parameter
  })
}

/** Of each signature, which members of its list of parameters may not be left out. */
const neededOf = (
  context: Context,
  variable: DeclarationReflection,
): ReadonlyArray<ReadonlyArray<boolean>> => {
  const { checker } = context
  const symbol = context.getSymbolFromReflection(variable)
  const signatures = symbol === undefined ? [] : checker.getTypeOfSymbol(symbol).getCallSignatures()
  return signatures.map(({ parameters: [list] }) => {
    const type = list === undefined ? undefined : checker.getTypeOfSymbol(list)
    if (type === undefined || !checker.isTupleType(type)) return []
    const { target } = type as ts.TupleTypeReference
    return target.elementFlags.map((flags) => (flags & ts.ElementFlags.Optional) === 0)
  })
}
