const form =
  /^<form id="op\.logoutForm" method="post" action="(?<action>[^"<>]+)"><input type="hidden" name="xsrf" value="(?<xsrf>[^"<>]+)"\/><\/form>$/;

/**
 * What oidc-provider's `logoutSource` form says, so that the page can hold a form of its own with the same words and
 * no markup is taken over. Throws if the library ever writes another form: better a fault in a test than a page on
 * which nobody can sign out.
 */
export function parseLogoutForm(html: string): { readonly action: string; readonly xsrf: string } {
  const { action, xsrf } = form.exec(html.trim())?.groups ?? {};
  if (action === undefined || xsrf === undefined) throw new Error('oidc-provider gave another sign-out form');
  // The library writes the address without escaping; the template escapes it again.
  return { action: action.replaceAll('&amp;', '&'), xsrf };
}
