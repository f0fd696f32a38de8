// What the desk needs of two libraries to split a key and to seal each share: bundled into vendor/shares.js.
export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
export { combine, split } from "shamir-secret-sharing";
