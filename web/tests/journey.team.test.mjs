// What the operator's team does for people who cannot do it themselves: a judge's measure that gives somebody a guardian
// at once and ends at once; a public desk for those without a device, where a code is printed, or somebody is named who
// will act. In French with script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, demo, journey, launch, said, signIn, skip, told, visitor } from "./harness.mjs";
import { insured } from "./laboratory.mjs";

const member = (role) => demo().personas.find((persona) => persona.family === role);
/** Somebody of the insurer's file whose space is not open yet, and of whom no other journey speaks. */
const announced = (n) => insured().filter((p) => !["31", "44", "80"].includes(p.department) && !p.representatives && !p.death_date)[n];
const ward = () => demo().personas.filter(({ kind }) => kind === "citizen")[3];
const guardian = () => member("father");

const WORDS = {
  "fr-FR": {
    ward: "Numéro de la personne protégée", guardian: "Numéro du tuteur ou de la tutrice", decision: "Décision",
    enter: "Enregistrer la mesure", entered: "La mesure est enregistrée", twice: "Cette mesure est déjà enregistrée",
    open: /Ouvrir son espace/, acting: /Vous agissez pour/, court: /Par décision de justice/,
    began: /a enregistré THOMAS BERNARD comme votre tuteur ou tutrice, par décision de justice/i,
    looked: /votre tuteur ou tutrice, pour vous,/, look: "Voir", end: "Arrêter la mesure", ended: "La mesure est arrêtée",
    over: "Vous ne pouvez plus agir pour cette personne", back: "Revenir à mon espace",
    stopped: /a enregistré la fin de la tutelle/,
    ins: "Numéro de sécurité sociale de la personne", document: "Pièce d’identité montrée", card: "carte d’identité",
    record: "Enregistrer", unfit: /ne correspondent à personne/, code: "Code pour activer son espace",
    number: "Numéro de sécurité sociale", born: "Nom de naissance", day: "Jour", month: "Mois", year: "Année",
    provisional: "Code provisoire", next: "Continuer", later: "Continuer sans clé d’accès", show: "Afficher mes codes",
    helped: /vous a apporté de l’aide à un guichet, en votre présence/, delegate: "Noter à qui elle demande d’agir pour elle",
    more: "À qui elle demande de l’aide", name: "Prénom et nom", link: "Qui est cette personne pour vous ?",
    read: "Lire mes documents", six: "6 mois", named: /La demande à .* est enregistrée/, have: "J’ai un code d’invitation",
    field: "Code d’invitation", see: "Voir la demande", accept: /Accepter/,
  },
  "en-GB": {
    ward: "Number of the protected person", guardian: "Number of the guardian", decision: "Decision",
    enter: "Record the measure", entered: "The measure is recorded", twice: "This measure is already recorded",
    open: /Open their space/, acting: /You are acting for/, court: /By a court’s decision/,
    began: /recorded THOMAS BERNARD as your guardian, by a court’s decision/i,
    looked: /your guardian, for you,/, look: "See", end: "End the measure", ended: "The measure has been ended",
    over: "You may no longer act for this person", back: "Back to my space",
    stopped: /recorded the end of the guardianship/,
    ins: "The person’s social security number", document: "Identity document shown", card: "identity card",
    record: "Record", unfit: /fit nobody/, code: "Code to activate their space",
    number: "Your social security number", born: "Birth name", day: "Day", month: "Month", year: "Year",
    provisional: "Provisional code", next: "Continue", later: "Continue without a passkey", show: "Show my codes",
    helped: /helped you at a desk, in your presence/, delegate: "Write down whom they ask to act for them",
    more: "Whom they ask for help", name: "First and last name", link: "Who is this person to you?",
    read: "Read my documents", six: "6 months", named: /The request to .* is recorded/, have: "I have an invitation code",
    field: "Invitation code", see: "See the request", accept: /Accept/,
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

for (const [n, [language, javascript]] of told([["fr-FR", true], ["en-GB", false]]).entries()) {
  const words = WORDS[language];
  const how = `${language}, ${javascript ? "with" : "without"} script`;
  /** Pages are checked where the browser has its script; without it the same pages are only used. */
  const check = (page) => (javascript ? checkPage(page) : undefined);
  const who = async (id) => {
    const page = await visitor(browser, { language, javascript });
    await signIn(page, id);
    return page;
  };
  const date = async (page, name, day) => {
    const [y, m, d] = day.split("-");
    for (const [part, value] of [["day", d], ["month", m], ["year", y]]) await page.locator(`input[name=${name}-${part}]`).fill(value);
  };

  test(`a judge's measure gives somebody a guardian, and ends (${how})`, { skip }, async (t) => {
    const step = journey(t);
    let team, his, hers;
    const enter = async () => {
      await team.goto(at("/operator/guardians"));
      await team.locator("#ward, input[name=ward]").first().fill(ward().ins);
      await team.getByLabel(words.guardian).fill(guardian().ins);
      await team.getByLabel(words.decision).fill("Tribunal judiciaire de Toulouse, 12 novembre 2026, no 26/00123");
      await team.getByRole("button", { name: words.enter }).click();
    };
    await step("before it, he is nobody to her", async () => {
      his = await who(guardian().id);
      await his.goto(at("/acting"));
      assert.ok(!(await said(his)).includes(ward().name));
    });

    await step("the team enters the decision of the court; what does not fit is said at its field", async () => {
      team = await who("operator");
      await team.goto(at("/operator/guardians"));
      await check(team);
      await team.getByLabel(words.guardian).fill(guardian().ins);
      await team.getByRole("button", { name: words.enter }).click();
      await team.locator("[data-error-summary]").waitFor();
      assert.equal(await team.getByLabel(words.guardian).inputValue(), guardian().ins);
      await check(team);
      await enter();
      await team.getByText(words.entered).first().waitFor();
      await check(team);
      // Twice is once.
      await enter();
      await team.locator("[data-error-summary]").getByText(words.twice).waitFor();
    });

    await step("his open session has her space at once; the band says for whom he acts", async () => {
      await his.goto(at("/acting"));
      await his.locator(".card", { hasText: ward().name.split(" ")[1] }).getByRole("button", { name: words.open }).click();
      await his.locator(".band.acting").getByText(words.acting).waitFor();
      assert.equal((await his.goto(at("/documents"))).status(), 200);
      assert.ok(await his.locator(".card-title a").count() >= 1);
      await check(his);
    });

    await step("she reads in her own language who entered it, and that he was there for her", async () => {
      hers = await who(ward().id);
      await hers.goto(at("/acting"));
      assert.match(await said(hers), words.court);
      await check(hers);
      await hers.goto(at("/journal"));
      assert.match(await said(hers), words.began);
      assert.match(await said(hers), words.looked);
      await check(hers);
    });

    await step("the judge ends it: his next click is refused, and he goes back to his own space", async () => {
      await team.goto(at("/operator/guardians"));
      await team.locator("#look-ward").fill(ward().ins);
      await team.getByRole("button", { name: words.look, exact: true }).click();
      await team.locator("input[name=decision][type=text]").first().fill("Mainlevée, 20 novembre 2026");
      await check(team);
      await team.getByRole("button", { name: words.end }).click();
      await team.getByText(words.ended).first().waitFor();
      const refused = await his.goto(at("/documents"));
      assert.ok([403, 404].includes(refused.status()), `${refused.status()}`);
      await his.getByRole("heading", { name: words.over }).waitFor();
      await check(his);
      await his.locator("main").getByRole("button", { name: words.back }).click();
      await his.waitForURL(at("/"));
      await hers.goto(at("/journal"));
      assert.match(await said(hers), words.stopped);
      for (const page of [his, hers, team]) await page.context().close();
    });
  });

  test(`a public desk helps who has no device (${how})`, { skip }, async (t) => {
    const step = journey(t);
    let team, code;
    const present = async (she, born = she.birth_date) => {
      await team.goto(at("/operator/desk"));
      await team.getByLabel(words.ins).fill(she.matricule);
      await date(team, "birth", born);
      await team.getByLabel(words.document).selectOption({ label: words.card });
    };
    await step("a number and a birthday that do not fit are told; nothing is opened", async () => {
      team = await who("operator");
      await team.goto(at("/operator/desk"));
      await check(team);
      await present(announced(30 + n), "1901-02-03");
      await team.getByRole("button", { name: words.record, exact: true }).click();
      await team.locator("[data-error-summary]").getByText(words.unfit).waitFor();
      await check(team);
    });

    await step("with her identity card in hand, a code is printed for her, once", async () => {
      await present(announced(30 + n));
      await team.getByRole("button", { name: words.record, exact: true }).click();
      await team.getByRole("heading", { level: 1, name: words.code }).waitFor();
      code = await team.locator("#desk-code").innerText();
      assert.match(code, /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
      await check(team);
    });

    await step("on a library's computer she activates her space, without a passkey", async () => {
      const she = announced(30 + n);
      const page = await visitor(browser, { language, javascript: false });
      await page.goto(at("/activation"));
      const [year, month, day] = she.birth_date.split("-");
      await page.locator("input[name=matricule]").fill(she.matricule);
      await page.getByLabel(words.born).fill(she.birth_name);
      await page.getByLabel(words.day, { exact: true }).fill(day);
      await page.getByLabel(words.month, { exact: true }).fill(month);
      await page.getByLabel(words.year, { exact: true }).fill(year);
      await page.getByLabel(words.provisional).fill(code);
      await page.getByRole("button", { name: words.next }).click();
      await page.waitForURL(/\/activation\/passkey/);
      await page.getByRole("button", { name: words.later }).click();
      await page.waitForURL(/\/activation\/codes/);
      await page.getByRole("button", { name: words.show }).click();
      assert.equal(await page.locator("#recovery-codes code").count(), 10);
      await page.goto(at("/journal"));
      assert.match(await said(page), words.helped);
      await page.context().close();
    });

    await step("another names at the desk who shall act for her; that one accepts, and opens her space", async () => {
      const she = announced(32 + n);
      const carer = member("carer");
      await present(she);
      await team.getByLabel(words.delegate).check();
      await team.locator("summary", { hasText: words.more }).click();
      await team.getByLabel(words.name).fill("Nadia");
      await date(team, "born", carer.birth_date);
      await team.getByLabel(words.link).selectOption("carer");
      await team.getByLabel(words.read, { exact: true }).check();
      await team.getByLabel(words.six).check();
      await check(team);
      await team.getByRole("button", { name: words.record, exact: true }).click();
      await team.getByRole("heading", { level: 1, name: words.named }).waitFor();
      await check(team);
      const invitation = await team.locator("#invitation-code").innerText();
      const helper = await who(carer.id);
      await helper.goto(at("/acting"));
      await helper.getByRole("link", { name: words.have }).click();
      await helper.getByLabel(words.field).fill(invitation);
      await helper.getByRole("button", { name: words.see }).click();
      await helper.getByRole("button", { name: words.accept }).first().click();
      await helper.waitForURL(/\/acting(\?done=1)?$/);
      const name = she.used_name || she.birth_name;
      await helper.locator(".card", { hasText: name }).getByRole("button", { name: words.open }).click();
      await helper.locator(".band.acting").getByText(words.acting).waitFor();
      assert.equal((await helper.goto(at("/documents"))).status(), 200);
      await check(helper);
      await helper.locator(".band.acting > form button").click();
      await helper.context().close();
      await team.context().close();
    });
  });
}
