/** What a text is; apart from the texts, which all build on it. */

/** One text, or one per plural form that `Intl.PluralRules` names, chosen by the parameter `count`. */
export type Text =
  string | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string });
