/** A booking's reference as people type it, in any case and with blanks or hyphens. Letters and digits alone are left, so that it never is a text that a database refuses. */
export const typedReference = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '')
