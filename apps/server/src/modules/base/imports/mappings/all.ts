import type { Mapping } from '@changhui/contract/imports'
import { jobcards } from './jobcards.ts'

/** Mappings that ship with the product, by the name `--mapping` takes. */
export const shippedMappings: Readonly<Record<string, Mapping>> = { jobcards }
