// @ts-check
/** Begins the picker, unless the page was turned on before this script had come. */

import { begin } from './picking.js';

const template = document.querySelector('#picker');
if (template instanceof HTMLTemplateElement) begin(template);
