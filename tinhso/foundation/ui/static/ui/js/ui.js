// Binds each behaviour named in data-ui to its elements, loading only the modules this page needs.
document.documentElement.classList.add("js");
