/** What is secret at rest is sealed in one way everywhere; here it is for the signing keys, the successors of refresh tokens and the links of e-mails. */
export { deriveKey, seal, SealBroken, unseal } from '@skyhold/platform'
