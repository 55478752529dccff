/**
 * Classes that `effect` makes the base of, shown by what they are to their users: a service by its
 * methods, an error by its fields. TypeDoc would print the whole type of the base above them.
 */
import {
  type Application,
  CommentTag,
  type Context,
  Comment,
  Converter,
  type DeclarationReflection,
  ReflectionKind,
  type SomeType,
} from "typedoc"

/** To be called before the conversion. */
export const showEffectClasses = (app: Application): void => {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    for (const one of project.getReflectionsByKind(ReflectionKind.Class)) {
      if (one.isDeclaration()) plain(one)
    }
  })
}

const plain = (one: DeclarationReflection): void => {
  for (const base of one.extendedTypes ?? []) {
    for (const member of membersOf(base)) {
      member.parent = one
      member.comment ??= new Comment()
      member.comment.blockTags.push(new CommentTag("@group", [{ kind: "text", text: "Service" }]))
      one.addChild(member)
    }
  }
  const named = one.extendedTypes?.filter(
    (base) => base.type === "reference" && membersOf(base).length === 0,
  )
  if (named === undefined || named.length === 0) delete one.extendedTypes
  else one.extendedTypes = named
}

/** Of the service whose key the base is: `Shape<"key", { … }>`. */
const membersOf = (base: SomeType): ReadonlyArray<DeclarationReflection> => {
  const service = base.type === "reference" ? base.typeArguments?.[1] : undefined
  return service?.type === "reflection" ? (service.declaration.children ?? []) : []
}
