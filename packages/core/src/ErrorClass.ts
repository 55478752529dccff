/**
 * Error classes as JavaScript programs expect them, beyond what a schema's class brings: `instanceof`
 * knows them also where a program has a package twice (under two of its dependencies, or in a bundle
 * beside an install), and `console.error` shows their message.
 */
import { Inspectable, Predicate } from "effect"

/**
 * Completes a class. Its instances are known by a registered symbol on their prototype, which all
 * copies share, and not by the one class object that made them.
 *
 * @param name of the package, the module and the class: `@zoetrope/core/Reason/Moderated`
 */
export const complete = (Class: abstract new (...args: never) => Error, name: string): void => {
  const brand = Symbol.for(name)
  Object.defineProperty(Class.prototype, brand, { value: true })
  Object.defineProperty(Class, Symbol.hasInstance, {
    // A class that extends this one inherits the method, and is not known by its parent's brand.
    value(this: unknown, instance: unknown): boolean {
      return this === Class
        ? Predicate.hasProperty(instance, brand)
        : Function.prototype[Symbol.hasInstance].call(this, instance)
    },
  })
  // Effect shows the fields alone, without the message, which is a getter; Node shows both by itself.
  Object.defineProperty(Class.prototype, Inspectable.NodeInspectSymbol, { value: undefined })
}
