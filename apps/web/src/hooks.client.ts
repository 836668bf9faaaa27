/** Runs before the page draws anything. */
import type { ClientInit } from '@sveltejs/kit/hooks';
import { giveStylesNonces } from '#lib/ui/style-nonce.ts';

export const init: ClientInit = () => giveStylesNonces(document);
