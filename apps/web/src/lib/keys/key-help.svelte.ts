/** Whether the list of keys is open: a key opens it, and so does the menu of the person. */
export class KeyHelp {
  isOpen = $state(false);
}
