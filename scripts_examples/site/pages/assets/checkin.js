// In the browser: sends the form, and shows what the page's backend script answered.
const form = document.querySelector('#checkin');
const answer = document.querySelector('#answer');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  const result = await response.json();
  answer.hidden = false;
  answer.className = result.ok ? 'notice good' : 'notice bad';
  answer.textContent = result.ok
    ? `Saved ${result.weight} kg, weigh-in number ${result.count}.`
    : result.errors.join('; ');
  if (result.ok) form.reset();
});
