// Fonts for documents that the server sets itself (PDF, pictures): as TTF, in two weights, outside the static files.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TARGET = fileURLToPath(new URL("../src/tocsin/node/exports/fonts/", import.meta.url));
const PACKAGES = { "noto-sans": "NotoSans", "noto-sans-sc": "NotoSansSC" };
const WEIGHTS = ["400Regular", "700Bold"];

mkdirSync(TARGET, { recursive: true });
for (const [name, family] of Object.entries(PACKAGES)) {
  const source = new URL(`node_modules/@expo-google-fonts/${name}/`, import.meta.url);
  copyFileSync(new URL("LICENSE_FONT", source), `${TARGET}${family}_LICENSE.txt`);
  for (const weight of WEIGHTS) {
    copyFileSync(new URL(`${weight}/${family}_${weight}.ttf`, source), `${TARGET}${family}_${weight}.ttf`);
  }
}
